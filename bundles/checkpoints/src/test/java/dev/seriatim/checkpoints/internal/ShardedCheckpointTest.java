package dev.seriatim.checkpoints.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShardedCheckpointTest {
  private static final String GOOD =
      "{\"metadata\": {\"total_size\": 12, \"other\": []}, \"weight_map\": {"
          + "\"z\": \"m-2.safetensors\", \"a\": \"m-1.safetensors\", \"b\": \"m-1.safetensors\"}}";

  @TempDir Path folder;
  private final SafetensorsFormat format = new SafetensorsFormat();

  @BeforeEach
  void writeShards() {
    format.write(
        folder.resolve("m-1.safetensors"),
        Map.of("format", "pt"),
        List.of(tensor("a", 1), tensor("b", 2)));
    format.write(folder.resolve("m-2.safetensors"), Map.of(), List.of(tensor("z", 3)));
  }

  private static TensorData tensor(String name, int value) {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value);
    return new TensorData(new TensorInfo(name, ElementType.I32, new Shape(1)), bytes);
  }

  private Path index(String content) throws IOException {
    return Files.writeString(folder.resolve("m" + ShardIndex.SUFFIX), content);
  }

  @Test
  void readsTensorsFromTheirFilesInTheOrderOfTheIndex() throws IOException {
    try (Checkpoint checkpoint = format.open(index(GOOD));
        Checkpoint shard = format.open(folder.resolve("m-2.safetensors"))) {
      assertThat(checkpoint.tensors().keySet()).containsExactly("z", "a", "b");
      assertThat(checkpoint.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(checkpoint.bytes("b").getInt()).isEqualTo(2);
      assertThat(checkpoint.bytes("z").getInt()).isEqualTo(3);
      assertThat(checkpoint.sha256("z")).isEqualTo(shard.sha256("z"));
      assertThat(checkpoint.path()).isEqualTo(folder.resolve("m" + ShardIndex.SUFFIX));
      assertThatThrownBy(() -> checkpoint.bytes("y"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("one of 3 tensors, found none");
    }
  }

  @Test
  void closingClosesEveryFile() throws IOException {
    Checkpoint checkpoint = format.open(index(GOOD));
    checkpoint.close();
    assertThatThrownBy(() -> checkpoint.bytes("a")).hasMessageContaining("a closed one");
    assertThatThrownBy(() -> checkpoint.bytes("z")).hasMessageContaining("a closed one");
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        Arguments.of(
            GOOD.replace("12", "13"), "total_size: expected 12, as in the files, found 13"),
        Arguments.of(GOOD.replace("12", "1e999999999999"), "total_size"),
        Arguments.of(GOOD.replace("12", "\"12\""), "total_size: expected number, found string"),
        Arguments.of(
            GOOD.replace("\"a\": \"m-1", "\"a\": \"m-2"),
            "m-2.safetensors: tensor 'a': expected it here"),
        Arguments.of(
            GOOD.replace(", \"b\": \"m-1.safetensors\"", ""),
            "m-1.safetensors: tensor 'b': expected only tensors that"),
        Arguments.of(GOOD.replace("m-2", "m-3"), "m-3.safetensors"),
        Arguments.of(GOOD.replace("m-2", "../m-2"), "'../m-2.safetensors'"),
        Arguments.of(GOOD.replace("m-2", "/m-2"), "'/m-2.safetensors'"),
        Arguments.of(GOOD.replace("m-2", "..\\\\m-2"), "beside the index"),
        Arguments.of(GOOD.replace("m-2.safetensors", "m-2.bin"), "'m-2.bin'"),
        Arguments.of(GOOD.replace("\"a\"", "\"b\""), "each tensor once, found 'b' again"),
        Arguments.of(GOOD.replace("metadata", "weight_map"), "'total_size'"),
        Arguments.of("{\"metadata\": {}}", "weight_map: expected at least one tensor, found none"),
        Arguments.of("{\"weight_map\": {}}", "weight_map: expected at least one tensor"),
        Arguments.of("{\"weight_map\": []}", "weight_map: expected begin object"),
        Arguments.of("[]", "index: expected begin object"),
        Arguments.of("", "index"),
        Arguments.of(GOOD + "{", "index"),
        Arguments.of(GOOD.substring(0, 60), "index"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void refusesLies(String content, String expected) throws IOException {
    Path index = index(content);
    assertThatThrownBy(() -> format.open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(expected);
  }

  @Test
  void refusesATensorThatIsInTwoFiles() throws IOException {
    format.write(
        folder.resolve("m-2.safetensors"), Map.of(), List.of(tensor("z", 3), tensor("a", 4)));
    Path index = index(GOOD);
    assertThatThrownBy(() -> format.open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("m-2.safetensors: tensor 'a'");
  }

  @Test
  void refusesAnIndexThatIsAbsent() {
    assertThatThrownBy(() -> format.open(folder.resolve("n" + ShardIndex.SUFFIX)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("index: expected a file, found nothing");
  }
}
