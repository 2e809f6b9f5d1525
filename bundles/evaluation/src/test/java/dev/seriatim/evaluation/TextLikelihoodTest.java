package dev.seriatim.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.evaluation.TextLikelihood.Options;
import dev.seriatim.evaluation.TextLikelihood.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Measures parts under which each token costs as many nats as its id says. */
class TextLikelihoodTest {
  private static final Engine ENGINE = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
  private static final String TEXT = "a text of 32 bytes, once counted";

  private final List<Long> shown = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 8, 40})
  void everyByteCountsOnce(int window) {
    Result result = likelihood(null).measure(TEXT, new Options(window, 3, 1, 0), (d, a) -> {});
    double nats = TEXT.chars().sum();
    assertThat(result.nats()).isCloseTo(nats, within(1e-2));
    assertThat(result.bytes()).isEqualTo(32);
    assertThat(result.tokens()).isEqualTo(32);
    assertThat(result.bound()).isFalse();
    assertThat(result.bitsPerByte()).isCloseTo(nats / 32 / Math.log(2), within(1e-3));
  }

  @Test
  void whatIsNotPredictedInOrderIsABoundInTheMeanOfItsDraws() {
    // Half of the slots are masked and count twice; which half, the draw says.
    Scheduler halves = new Halves();
    List<Integer> told = new ArrayList<>();
    Result result =
        likelihood(halves).measure(TEXT, new Options(9, 3, 2, 0), (done, all) -> told.add(done));
    assertThat(result.nats()).isCloseTo(TEXT.chars().sum(), within(1e-2));
    assertThat(result.bound()).isTrue();
    assertThat(told).containsExactly(3, 4);
    assertThat(shown).containsExactly(9L, 9L, 9L, 9L);
  }

  @Test
  void refusesWhatItCannotMeasure() {
    TextLikelihood likelihood = likelihood(null);
    assertThatThrownBy(() -> likelihood.measure("", new Options(8, 1, 1, 0), (d, a) -> {}))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("text: expected at least one token, found none");
    assertThatThrownBy(() -> likelihood.measure("a", new Options(1, 1, 1, 0), (d, a) -> {}))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("window: expected more than 1, found 1");
  }

  private TextLikelihood likelihood(Scheduler scheduler) {
    return new TextLikelihood(ENGINE, new Bytes(), new Nothing(), new IdsCost(), scheduler);
  }

  private static final class Halves implements Scheduler {
    private int draws;

    @Override
    public Exposure expose(Layout layout, StepRandom random, NDManager scope) {
      int samples = (int) random.uniform(0, 1).getShape().get(0);
      NDArray slot = scope.arange(layout.slots()).tile(samples).reshape(samples, layout.slots());
      NDArray levels = slot.add(draws++).mod(2).toType(DataType.FLOAT32, false);
      return new Exposure(levels, null, levels.neg().add(1).mul(2));
    }

    @Override
    public Plan plan(PlanRequest request) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Nothing implements Backbone {
    @Override
    public int width() {
      return 1;
    }

    @Override
    public BackboneContext open(ContextRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray teach(Lesson lesson) {
      shown.add(lesson.tokens().getShape().get(1));
      return lesson.tokens();
    }
  }

  private static final class IdsCost implements Head {
    @Override
    public Distribution distribution(NDArray hidden, Step step) {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray loss(NDArray hidden, NDArray tokens, NDArray weight, StepRandom random) {
      NDArray nats = tokens.squeeze(2).toType(DataType.FLOAT32, true);
      return nats.mul(weight).sum().div(weight.sum());
    }
  }

  /** Bytes after one that begins the text and would cost 200. */
  private static final class Bytes implements TextTokenizer {
    @Override
    public long[] encode(String text) {
      return text.chars().asLongStream().toArray();
    }

    @Override
    public byte[] bytes(long id) {
      return String.valueOf((char) id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public long[] begin() {
      return new long[] {200};
    }

    @Override
    public Set<Long> ends() {
      return Set.of();
    }

    @Override
    public Layout layout() {
      return new Sequence(64);
    }

    @Override
    public TokenSpace.Discrete tokens() {
      return new TokenSpace.Discrete(256, 1);
    }

    @Override
    public Canvas encode(Media media, NDManager scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Media decode(Canvas canvas, NDManager scope) {
      throw new UnsupportedOperationException();
    }
  }
}
