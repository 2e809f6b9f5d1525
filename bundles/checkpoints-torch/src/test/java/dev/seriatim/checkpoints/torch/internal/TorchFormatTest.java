package dev.seriatim.checkpoints.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote ({@code make_fixtures.py}) give what PyTorch has in them. */
class TorchFormatTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "types",
        "views",
        "views-stream",
        "training-2",
        "training-3",
        "training-4",
        "training-5"
      })
  void everyTensorIsAsInPyTorch(String name) {
    JsonObject expected = JsonParser.parseString(Fixture.text(name + ".json")).getAsJsonObject();
    Fixture.open(
        Fixture.bytes(name + ".pt"),
        checkpoint -> {
          assertThat(checkpoint.tensors().keySet()).containsExactlyElementsOf(expected.keySet());
          expected.entrySet().forEach(e -> assertTensor(checkpoint, e.getKey(), e.getValue()));
        });
  }

  private static void assertTensor(Checkpoint checkpoint, String name, JsonElement expected) {
    JsonObject tensor = expected.getAsJsonObject();
    long[] shape = shape(tensor.getAsJsonArray("shape"));
    ElementType type = ElementType.valueOf(tensor.get("type").getAsString());
    assertThat(checkpoint.tensors().get(name))
        .isEqualTo(new TensorInfo(name, type, new Shape(shape)));
    byte[] bytes = HexFormat.of().parseHex(tensor.get("bytes").getAsString());
    ByteBuffer found = checkpoint.bytes(name);
    assertThat(found.isReadOnly()).isTrue();
    assertThat(found).as(name).isEqualTo(ByteBuffer.wrap(bytes));
    assertThat(checkpoint.sha256(name)).isEqualTo(digest(type + Arrays.toString(shape), bytes));
  }

  private static long[] shape(JsonArray axes) {
    List<Long> shape = new ArrayList<>();
    axes.forEach(axis -> shape.add(axis.getAsLong()));
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  private static String digest(String kind, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(kind.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void whatIsNotATensorIsMetadata(int protocol) {
    Fixture.open(
        Fixture.bytes("training-" + protocol + ".pt"),
        checkpoint -> {
          Map<String, String> metadata = checkpoint.metadata();
          assertThat(metadata)
              .contains(
                  entry("epoch", "7"),
                  entry("best", "0.25"),
                  entry("worst", "NaN"),
                  entry("rate", "1.0E-4"),
                  entry("step", "12"),
                  entry("flag", "true"),
                  entry("nothing", "null"),
                  entry("huge", "1208925819614629174706176"),
                  entry("negative", "-1099511627776"),
                  entry("bytes", "AP8="),
                  entry("betas", "[0.9,0.95]"),
                  entry("scales", "[1,2,[3,4]]"),
                  entry("set", "[5]"),
                  entry("size", "[2,3]"),
                  entry("dtype", "torch.bfloat16"),
                  entry("device", "cuda:1"),
                  entry("path", "/runs/1"),
                  entry("counter.a", "2"),
                  entry("defaults.seen", "3"),
                  entry("blank", "{}"))
              .contains(
                  entry("args", "argparse.Namespace"),
                  entry("args.model", "mar_base"),
                  entry("args.lr", "1.0E-4"),
                  entry("args.layers", "[1,2]"),
                  entry("args.resume", "null"),
                  entry("args.nested.depth", "3"),
                  entry("simple.a", "b"),
                  entry("settings", "__main__.Settings"),
                  entry("settings.names", "[\"a\",\"b\"]"),
                  entry("options.depth", "2"),
                  entry("options.extra", "x"),
                  entry("text", "grüße \u4f60"));
          assertThat(metadata.get("optimizer.param_groups"))
              .startsWith("[{\"lr\":0.001,\"betas\":[0.9,0.999]")
              .endsWith("\"params\":[0,1,2,3]}]");
          assertThat(metadata).doesNotContainKey("model._metadata");
        });
  }

  @Test
  void tensorsThatShareAStorageAreEachThere() {
    Fixture.open(
        Fixture.bytes("views.pt"),
        checkpoint -> {
          assertThat(checkpoint.bytes("shared.first")).isEqualTo(checkpoint.bytes("shared.second"));
          assertThat(checkpoint.bytes("shared.row"))
              .isEqualTo(checkpoint.bytes("shared.first").slice(16, 8));
          assertThat(checkpoint.metadata()).containsExactly(entry("list.2", "text"));
        });
  }

  @Test
  void refusesNamesThatAreNotThereAndUseAfterClosing() {
    Checkpoint[] kept = new Checkpoint[1];
    Fixture.open(
        Fixture.bytes("types.pt"),
        checkpoint -> {
          kept[0] = checkpoint;
          assertThatThrownBy(() -> checkpoint.bytes("F8"))
              .isInstanceOf(CheckpointException.class)
              .hasMessageContaining("tensor 'F8': expected one of 10 tensors");
        });
    assertThatThrownBy(() -> kept[0].bytes("F32"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected an open checkpoint");
  }

  @Test
  void refusesWhatIsNoFile() {
    TorchFormat format = new TorchFormat();
    assertThatThrownBy(() -> format.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("found a folder");
    assertThatThrownBy(() -> format.open(folder.resolve("absent.pt")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("absent.pt: expected a PyTorch checkpoint, found nothing");
  }

  @Test
  void refusesToWrite() {
    Path file = folder.resolve("new.pt");
    assertThatThrownBy(() -> new TorchFormat().write(file, Map.of(), List.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected one that can be written");
    assertThat(file).doesNotExist();
  }

  @Test
  void gathersInPiecesAsAWhole() {
    // 600 x 700 floats, transposed: more than one piece of a digest.
    int rows = 600;
    int columns = 700;
    ByteBuffer data =
        ByteBuffer.allocate(rows * columns * 4).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putInt(data.position());
    }
    Pickle pickle = new Pickle().ops("}").text("w");
    pickle.tensor(rows * columns, 0, new long[] {columns, rows}, new long[] {1, columns}).ops("s");
    Fixture.open(
        Archive.of(pickle).with("archive/data/0", data.array()).bytes(),
        checkpoint -> {
          ByteBuffer transposed = checkpoint.bytes("w");
          assertThat(transposed.getInt(0)).isZero();
          assertThat(transposed.getInt(4 * (3 * rows + 5))).isEqualTo(4 * (5 * columns + 3));
          byte[] all = new byte[transposed.remaining()];
          transposed.get(all);
          assertThat(checkpoint.sha256("w")).isEqualTo(digest("F32[700, 600]", all));
        });
  }
}
