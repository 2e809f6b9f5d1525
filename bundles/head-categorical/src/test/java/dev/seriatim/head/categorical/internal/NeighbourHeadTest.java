package dev.seriatim.head.categorical.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.head.categorical.internal.NeighbourHeadFactory.Configuration;
import dev.seriatim.testkit.HeadContract;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NeighbourHeadTest extends HeadContract<Configuration> {
  @Override
  protected PartFactory<Head, Configuration> factory() {
    return new NeighbourHeadFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration("inverse-transform", "log-prob");
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Grid(2, 3), new TokenSpace.Discrete(11, 1))
        .with(16);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "draw", new Configuration("dice", "log-prob"),
        "confidence", new Configuration("inverse-transform", "luck"));
  }

  private NDArray logits(NDArray hidden) {
    Step step = Step.settle(0, Slots.shared(1));
    return ((CategoricalDistribution) part().distribution(hidden, step)).logits();
  }

  @Test
  @DisplayName("Half of each neighbour's state gives the mean of what both predict")
  void mixes() throws Exception {
    onEngine(
        () -> {
          NDArray left = scope().manager().randomNormal(new Shape(1, 1, 8));
          NDArray upper = scope().manager().randomNormal(new Shape(1, 1, 8));
          NDArray none = left.zerosLike();
          NDArray both = logits(left.mul(0.5).concat(upper.mul(0.5), -1));
          NDArray mean = logits(left.concat(none, -1)).add(logits(none.concat(upper, -1))).div(2);
          assertThat(both.sub(mean).abs().max().getFloat()).isCloseTo(0, within(1e-6f));
        });
  }

  @Test
  @DisplayName("6 Says no clearly: a width that is not that of two states")
  void refusesOddWidth() {
    assertThatThrownBy(() -> factory().blueprint(configuration(), frame().with(15)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("width")
        .hasMessageContaining("15");
  }
}
