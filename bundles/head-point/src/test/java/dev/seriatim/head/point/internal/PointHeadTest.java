package dev.seriatim.head.point.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.head.point.internal.PointHeadFactory.Configuration;
import dev.seriatim.testkit.HeadContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PointHeadTest extends HeadContract<Configuration> {
  private static final Slots SLOTS = Slots.range(0, 3);

  @Override
  protected PartFactory<Head, Configuration> factory() {
    return new PointHeadFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(true);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Sequence(3), new TokenSpace.Continuous(4))
        .with(6);
  }

  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of();
  }

  private StepRandom random() {
    return engine().random(3, 0, 1).at(0, SLOTS, scope().manager());
  }

  @Test
  @DisplayName("Every draw is the prediction, at any temperature; guidance weighs predictions")
  void drawsThePrediction() throws Exception {
    onEngine(
        () -> {
          Step step = Step.settle(0, SLOTS);
          Distribution one = part().distribution(random().normal(0, 6), step);
          Distribution two = part().distribution(random().normal(1, 6), step);
          float[] mode = one.mode().tokens().toFloatArray();
          assertThat(one.draw(random()).tokens().toFloatArray()).isEqualTo(mode);
          assertThat(one.tempered(3).draw(random()).tokens().toFloatArray()).isEqualTo(mode);
          float[] other = two.mode().tokens().toFloatArray();
          float[] guided = one.guided(two, 2).mode().tokens().toFloatArray();
          for (int i = 0; i < mode.length; i++) {
            assertThat(guided[i]).isCloseTo(2 * mode[i] - other[i], within(1e-5f));
          }
        });
  }

  @Test
  @DisplayName("The loss is the mean squared error of the slots that count")
  void lossIsSquaredError() throws Exception {
    onEngine(
        () -> {
          NDArray hidden = random().normal(0, 6);
          NDArray tokens = random().normal(1, 4);
          float[] predicted =
              part().distribution(hidden, Step.settle(0, SLOTS)).mode().tokens().toFloatArray();
          float[] truth = tokens.toFloatArray();
          double all = 0;
          double first = 0;
          for (int i = 0; i < truth.length; i++) {
            double square = Math.pow(predicted[i] - truth[i], 2);
            all += square / truth.length;
            first += i < 4 ? square / 4 : 0;
          }
          assertThat((double) part().loss(hidden, tokens, null, random()).toFloatArray()[0])
              .isCloseTo(all, within(1e-5));
          NDArray weight = scope().manager().create(new float[][] {{1, 0, 0}, {0, 0, 0}});
          assertThat((double) part().loss(hidden, tokens, weight, random()).toFloatArray()[0])
              .isCloseTo(first, within(1e-5));
        });
  }
}
