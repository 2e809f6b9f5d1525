package dev.seriatim.importing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.importing.MemoryCheckpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannedWeightTest {
  private final MemoryCheckpoint checkpoint =
      new MemoryCheckpoint("x").with("a", 2, 2, 3).from(12, "b", 1, 2, 3);

  private float[] values(Form form, List<String> sources, long... shape) {
    return values(form, 0, sources, shape);
  }

  private float[] values(Form form, int axis, List<String> sources, long... shape) {
    TensorInfo info = new TensorInfo("w", ElementType.F32, new Shape(shape));
    List<PlannedWeight.Part> parts =
        sources.stream()
            .map(name -> new PlannedWeight.Part(checkpoint, checkpoint.tensors().get(name)))
            .toList();
    PlannedWeight weight = new PlannedWeight(info, parts, axis, form);
    ByteBuffer bytes = weight.bytes().order(ByteOrder.LITTLE_ENDIAN);
    assertThat((long) bytes.remaining()).isEqualTo(weight.size());
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  @Test
  void oneIsTakenAsItIs() {
    assertThat(values(Form.SAME, List.of("b"), 1, 2, 3)).containsExactly(12, 13, 14, 15, 16, 17);
    assertThat(values(Form.RESHAPED, List.of("b"), 6)).containsExactly(12, 13, 14, 15, 16, 17);
  }

  @Test
  void severalAreJoined() {
    assertThat(values(Form.SAME, List.of("b", "a"), 3, 2, 3))
        .containsExactly(12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  @Test
  void severalAreJoinedAlongAnyAxis() {
    assertThat(values(Form.SAME, 1, List.of("b", "b"), 1, 4, 3))
        .containsExactly(12, 13, 14, 15, 16, 17, 12, 13, 14, 15, 16, 17);
    assertThat(values(Form.SAME, 2, List.of("b", "b"), 1, 2, 6))
        .containsExactly(12, 13, 14, 12, 13, 14, 15, 16, 17, 15, 16, 17);
    assertThat(values(Form.SAME, 2, List.of("a", "a"), 2, 2, 6))
        .startsWith(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 6, 7, 8);
  }

  @Test
  void theLastTwoAxesAreExchanged() {
    assertThat(values(Form.TRANSPOSED, List.of("a"), 2, 3, 2))
        .containsExactly(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11);
    assertThat(values(Form.TRANSPOSED, List.of("a", "b"), 3, 3, 2))
        .containsExactly(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, 12, 15, 13, 16, 14, 17);
  }
}
