package dev.seriatim.importing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.importing.MemoryCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {
  private static final byte[] SAFETENSORS = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
  private static final byte[] ZIP = {'P', 'K', 3, 4, 0, 0, 0, 0, '{'};
  private static final byte[] PICKLE = {(byte) 0x80, 2, '.'};

  @TempDir private Path folder;

  private final CheckpointFiles files = new CheckpointFiles();

  /** Says which format a file was opened by. */
  private record Named(String name) implements CheckpointFormat {
    @Override
    public Checkpoint open(Path file) {
      return new MemoryCheckpoint(name);
    }

    @Override
    public void write(Path file, Map<String, String> metadata, List<TensorData> tensors) {
      throw new UnsupportedOperationException();
    }
  }

  private String opened(String name, byte[] content) throws IOException {
    return files.open(Files.write(folder.resolve(name), content)).path().toString();
  }

  @Test
  void theFirstBytesTellTheFormatWhateverTheName() throws IOException {
    files.add(new Named("safetensors"));
    files.add(new Named("torch"));
    assertThat(opened("a.bin", SAFETENSORS)).isEqualTo("safetensors");
    assertThat(opened("a.safetensors", ZIP)).isEqualTo("torch");
    assertThat(opened("a", PICKLE)).isEqualTo("torch");
    assertThat(opened("model.safetensors.index.json", "{}".getBytes())).isEqualTo("safetensors");
  }

  @Test
  void checkpointsAreToldFromOtherFiles() throws IOException {
    assertThat(CheckpointFiles.isCheckpoint(Files.write(folder.resolve("a"), ZIP))).isTrue();
    assertThat(CheckpointFiles.isCheckpoint(Files.write(folder.resolve("b.pth"), new byte[1])))
        .isTrue();
    assertThat(CheckpointFiles.isCheckpoint(Files.writeString(folder.resolve("c.json"), "{}")))
        .isFalse();
    assertThat(CheckpointFiles.isCheckpoint(Files.write(folder.resolve("d"), new byte[0])))
        .isFalse();
  }

  @Test
  void whatCannotBeOpenedIsRefused() throws IOException {
    assertThatThrownBy(() -> opened("a.pt", "text".getBytes()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("first bytes: expected those of safetensors or of a PyTorch");
    assertThatThrownBy(() -> files.open(folder.resolve("none.pt")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("expected a checkpoint, found no file");
    assertThatThrownBy(() -> files.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("expected a checkpoint, found a folder");
    assertThatThrownBy(() -> opened("b.pt", PICKLE))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("format: expected a bundle that reads torch, found none");
  }
}
