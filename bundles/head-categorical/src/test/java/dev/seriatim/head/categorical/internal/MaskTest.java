package dev.seriatim.head.categorical.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Step;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskTest extends CategoricalHeadContract {
  private static final int MASK = 10;

  MaskTest() {
    super(1, new CategoricalHeadFactory.Configuration(false, "exponential-race", "log-prob", MASK));
  }

  @Test
  @DisplayName("The mask has no probability, and the others share it as if it were not there")
  void neverPredictsTheMask() throws Exception {
    onEngine(
        () -> {
          NDArray hidden = scope().manager().randomNormal(new Shape(2, 3, 16));
          CategoricalDistribution distribution =
              (CategoricalDistribution)
                  part().distribution(hidden, Step.settle(0, Slots.range(0, 3)));
          NDArray masked = distribution.logits().softmax(-1);
          NDArray scores =
              ((KernelPart) part()).kernel().callForOne(scope().manager(), "scores", hidden);
          NDArray others = scores.get("..., :{}", MASK).softmax(-1);
          assertThat(masked.get("..., {}", MASK).max().toFloatArray()).containsExactly(0f);
          assertThat(masked.get("..., :{}", MASK).sub(others).abs().max().getFloat())
              .isLessThan(1e-6f);
        });
  }
}
