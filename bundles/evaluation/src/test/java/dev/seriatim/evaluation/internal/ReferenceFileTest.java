package dev.seriatim.evaluation.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceFileTest {
  private final CheckpointFormat format = new SafetensorsFormat();
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("reference.safetensors");
    ReferenceFile.write(format, file, statistics(), "abc");
    try (Checkpoint checkpoint = format.open(file)) {
      RealStatistics read = ReferenceFile.read(checkpoint, "abc");
      assertThat(read.accuracy()).isEqualTo(0.75);
      assertThat(read.a().samples()).isEqualTo(100);
      assertThat(read.a().mean()).containsExactly(1, 2);
      assertThat(read.a().covariance()).containsExactly(3, 4, 4, 5);
      assertThat(read.b().keySet()).containsExactly(10, 50);
      assertThat(read.b(10).samples()).isEqualTo(10);
      assertThat(read.b(49).samples()).isEqualTo(10);
      assertThat(read.b(1000).samples()).isEqualTo(50);
      assertThat(read.b(1000).mean()).containsExactly(6, 7);
      assertThatThrownBy(() -> read.b(9))
          .hasMessage("samples: expected at least 10 to compare with real data, found 9");
    }
  }

  @Test
  void statisticsOfOtherWeightsAreRefused() {
    Path file = folder.resolve("reference.safetensors");
    ReferenceFile.write(format, file, statistics(), "abc");
    try (Checkpoint checkpoint = format.open(file)) {
      assertThatThrownBy(() -> ReferenceFile.read(checkpoint, "def"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(file + ": judge: expected statistics taken with weights def, found abc");
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    assertMissing("train_a", List.of());
    assertMissing("train_a.4.covariance", List.of(tensor("train_a.4.mean", 2)));
    assertMissing(
        "train_a.4.covariance",
        List.of(tensor("train_a.4.mean", 2), tensor("train_a.4.covariance", 2, 3)));
    assertMissing(
        "train_b", List.of(tensor("train_a.4.mean", 2), tensor("train_a.4.covariance", 2, 2)));
    assertMissing(
        "test.accuracy",
        List.of(
            tensor("train_a.4.mean", 2),
            tensor("train_a.4.covariance", 2, 2),
            tensor("train_b.4.mean", 2),
            tensor("train_b.4.covariance", 2, 2)));
  }

  private void assertMissing(String key, List<TensorData> tensors) {
    Path file = folder.resolve(key + tensors.size());
    format.write(file, Map.of("judge", "abc"), tensors);
    try (Checkpoint checkpoint = format.open(file)) {
      assertThatThrownBy(() -> ReferenceFile.read(checkpoint, "abc"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(file + ": " + key + ": expected");
    }
  }

  private static TensorData tensor(String name, long... shape) {
    Shape size = new Shape(shape);
    return new TensorData(
        new TensorInfo(name, ElementType.F64, size),
        ByteBuffer.allocate((int) size.size() * Double.BYTES));
  }

  private static RealStatistics statistics() {
    return new RealStatistics(
        new Moments(100, new double[] {1, 2}, new double[] {3, 4, 4, 5}),
        new TreeMap<>(
            Map.of(
                10, new Moments(10, new double[2], new double[4]),
                50, new Moments(50, new double[] {6, 7}, new double[4]))),
        0.75);
  }
}
