package dev.seriatim.importing.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.CheckpointFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Opens checkpoints of any format that is there; which one it is, the first bytes tell. Files of
 * text tokenizers are known by their names.
 */
@Component(service = CheckpointFiles.class)
public final class CheckpointFiles {
  static final String SAFETENSORS = "safetensors";
  static final String TORCH = "torch";

  private static final String INDEX = ".safetensors.index.json";
  private static final String TORCH_INDEX = ".bin.index.json";
  private static final List<String> SUFFIXES =
      List.of(".pt", ".pth", ".bin", ".ckpt", ".safetensors", INDEX, TORCH_INDEX);
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] PICKLE = {(byte) 0x80};

  /** Safetensors: eight bytes of length, then the header's brace. */
  private static final int PREFIX = 8;

  private static final long LONGEST_HEADER = 100_000_000;

  private final Map<String, CheckpointFormat> formats = new ConcurrentHashMap<>();

  @Reference(
      name = "formats",
      service = CheckpointFormat.class,
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void add(CheckpointFormat format) {
    formats.put(format.name(), format);
  }

  void remove(CheckpointFormat format) {
    formats.remove(format.name(), format);
  }

  /** Whether a file is a checkpoint, by its name or by its first bytes. */
  static boolean isCheckpoint(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith) || formatOf(file).isPresent();
  }

  /** Whether a file is the index of a checkpoint in several files, by its name. */
  static boolean isIndex(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(INDEX) || name.endsWith(TORCH_INDEX);
  }

  /**
   * Opens a checkpoint.
   *
   * @throws CheckpointException when it is none, or is damaged, or nothing here reads its format
   */
  Checkpoint open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          file
              + ": expected a checkpoint, found "
              + (Files.isDirectory(file) ? "a folder" : "no file"));
    }
    if (TextFile.is(file)) {
      return TextFile.open(file);
    }
    if (file.getFileName().toString().endsWith(TORCH_INDEX)) {
      return IndexedCheckpoint.open(file, this::open);
    }
    String name =
        formatOf(file)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        file
                            + ": first bytes: expected those of safetensors or of a PyTorch"
                            + " checkpoint, found others"));
    CheckpointFormat format = formats.get(name);
    if (format == null) {
      throw new CheckpointException(
          file + ": format: expected a bundle that reads " + name + ", found none");
    }
    return format.open(file);
  }

  private static Optional<String> formatOf(Path file) {
    if (isIndex(file)) {
      return Optional.of(SAFETENSORS);
    }
    byte[] first;
    try (InputStream in = Files.newInputStream(file)) {
      first = in.readNBytes(PREFIX + 1);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
    if (startsWith(first, ZIP)) {
      return Optional.of(TORCH);
    }
    // The length of a safetensors header may well begin like a pickle, hence this first.
    if (first.length > PREFIX && first[PREFIX] == '{') {
      long length = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length > 0 && length <= LONGEST_HEADER) {
        return Optional.of(SAFETENSORS);
      }
    }
    return startsWith(first, PICKLE) ? Optional.of(TORCH) : Optional.empty();
  }

  private static boolean startsWith(byte[] bytes, byte[] beginning) {
    return bytes.length >= beginning.length
        && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
  }
}
