package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Step;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every head keeps.
 *
 * @param <C> its configuration
 */
public abstract class HeadContract<C extends Record> extends PartContract<Head, C> {
  private static final int SAMPLES = 5;
  private static final long SEED = 7;

  /** How far continuous values of one sample may differ between batches, of the largest. */
  protected double tolerance() {
    return 1e-5;
  }

  private int slots() {
    return frame().layout().slots();
  }

  private Step step() {
    return Step.settle(0, Slots.range(0, slots()));
  }

  /** Random hidden states, [sample, slot, width]. */
  private NDArray hidden(int first, int samples) {
    return random(first, samples).normal(9, frame().width());
  }

  private StepRandom random(int first, int samples) {
    long[] numbers = LongStream.range(first, first + samples).toArray();
    return engine().random(SEED, numbers).at(0, step().slots(), scope().manager());
  }

  private Distribution distribution(int first, int samples) {
    return part().distribution(hidden(first, samples), step());
  }

  @Test
  @DisplayName("1 Deterministic: the same random numbers give the same draw")
  void deterministic() throws Exception {
    onEngine(
        () -> {
          Draw one = distribution(0, SAMPLES).draw(random(0, SAMPLES));
          Draw two = distribution(0, SAMPLES).draw(random(0, SAMPLES));
          assertThat(one.tokens().toByteArray()).isEqualTo(two.tokens().toByteArray());
        });
  }

  @Test
  @DisplayName("2 Batch-invariant: a sample is what it is alone")
  void batchInvariant() throws Exception {
    onEngine(
        () -> {
          NDArray batch = distribution(0, SAMPLES).draw(random(0, SAMPLES)).tokens();
          for (int i = 0; i < SAMPLES; i++) {
            NDArray alone = distribution(i, 1).draw(random(i, 1)).tokens();
            Comparison.same(alone, batch.get("{}:{}", i, i + 1), tolerance());
          }
        });
  }

  @Test
  @DisplayName("5 Cancellable: a step that ends before its draw leaves nothing behind")
  void cancellable() throws Exception {
    onEngine(
        () -> {
          NDArray hidden = hidden(0, SAMPLES);
          MemoryUse before = engine().memory();
          try (Scope turn = scope().child("step")) {
            NDArray own = hidden.duplicate();
            own.attach(turn.manager());
            Distribution abandoned = part().distribution(own, step());
            abandoned.guided(part().distribution(own, step()), 2).tempered(0.5);
          }
          assertThat(engine().memory()).isEqualTo(before);
        });
  }

  @Test
  @DisplayName("Draws have the shape and range of the token space")
  void drawsTokens() throws Exception {
    onEngine(
        () -> {
          Distribution distribution = distribution(0, SAMPLES);
          Shape expected = new Shape(SAMPLES, slots(), frame().tokens().numbersPerSlot());
          for (Draw draw :
              new Draw[] {distribution.draw(random(0, SAMPLES)), distribution.mode()}) {
            assertThat(draw.tokens().getShape()).isEqualTo(expected);
            if (frame().tokens() instanceof TokenSpace.Discrete discrete) {
              assertThat(draw.tokens().getDataType()).isEqualTo(DataType.INT64);
              for (long id : draw.tokens().toLongArray()) {
                assertThat(id).isBetween(0L, discrete.vocabulary() - 1L);
              }
            } else {
              assertThat(draw.tokens().getDataType()).isEqualTo(DataType.FLOAT32);
              for (float value : draw.tokens().toFloatArray()) {
                assertThat(value).isFinite();
              }
            }
          }
        });
  }

  @Test
  @DisplayName("logProb of a draw is what the draw says of itself, and the mode's is no smaller")
  void logProbAgrees() throws Exception {
    onEngine(
        () -> {
          Distribution distribution = distribution(0, SAMPLES);
          Draw draw = distribution.draw(random(0, SAMPLES));
          Optional<NDArray> logProb = distribution.logProb(draw.tokens());
          Assumptions.assumeTrue(logProb.isPresent(), "the head has no density");
          if (draw.logProb() != null) {
            Comparison.same(draw.logProb(), logProb.get(), 1e-5);
          }
          float[] drawn = logProb.get().toFloatArray();
          float[] mode =
              distribution.logProb(distribution.mode().tokens()).orElseThrow().toFloatArray();
          for (int i = 0; i < drawn.length; i++) {
            assertThat(mode[i]).isGreaterThanOrEqualTo(drawn[i] - 1e-5f);
          }
        });
  }

  @Test
  @DisplayName("Draws follow logProb: a chi-squared test over the vocabulary of the first slot")
  void drawsFollowTheirProbabilities() throws Exception {
    Assumptions.assumeTrue(
        frame().tokens() instanceof TokenSpace.Discrete d && d.codebooks() == 1, "one id per slot");
    onEngine(
        () -> {
          int vocabulary = ((TokenSpace.Discrete) frame().tokens()).vocabulary();
          int draws = 4000;
          // One hidden state for every sample: all draws of slot 0 are from one distribution.
          NDArray same =
              hidden(0, 1).broadcast(new Shape(draws, slots(), frame().width())).duplicate();
          Distribution distribution = part().distribution(same, step());
          NDArray tokens = distribution.draw(random(0, draws)).tokens();
          long[] counts = new long[vocabulary];
          for (long id : tokens.get(":, 0, 0").toLongArray()) {
            counts[(int) id]++;
          }
          double chiSquared = 0;
          int possible = 0;
          Distribution one = distribution(0, 1);
          for (int id = 0; id < vocabulary; id++) {
            NDArray everywhere =
                scope().manager().full(new Shape(1, slots(), 1), id, DataType.INT64);
            double expected =
                draws * Math.exp(one.logProb(everywhere).orElseThrow().toFloatArray()[0]);
            if (expected == 0) {
              assertThat(counts[id]).as("draws of id %d, which is impossible", id).isZero();
            } else {
              possible++;
              chiSquared += (counts[id] - expected) * (counts[id] - expected) / expected;
            }
          }
          // Mean of the statistic is its degrees of freedom, variance twice that: five deviations.
          double freedom = possible - 1;
          assertThat(chiSquared).isLessThan(freedom + 5 * Math.sqrt(2 * freedom));
        });
  }

  @Test
  @DisplayName("Guidance of scale 1 and temperature 1 change nothing")
  void neutralBending() throws Exception {
    onEngine(
        () -> {
          Distribution plain = distribution(0, SAMPLES);
          Distribution bent = plain.guided(distribution(SAMPLES, SAMPLES), 1).tempered(1);
          Comparison.same(
              bent.draw(random(0, SAMPLES)).tokens(),
              plain.draw(random(0, SAMPLES)).tokens(),
              tolerance());
        });
  }

  @Test
  @DisplayName("Cold draws are the mode")
  void coldDrawsAreTheMode() throws Exception {
    Assumptions.assumeTrue(frame().tokens() instanceof TokenSpace.Discrete, "discrete tokens");
    onEngine(
        () -> {
          Distribution distribution = distribution(0, SAMPLES);
          Comparison.same(
              distribution.tempered(0).draw(random(0, SAMPLES)).tokens(),
              distribution.mode().tokens(),
              0);
        });
  }

  @Test
  @DisplayName("The loss is a finite scalar, its gradient reaches every weight")
  void lossDifferentiates() throws Exception {
    onEngine(
        () -> {
          NDArray tokens = distribution(0, SAMPLES).draw(random(0, SAMPLES)).tokens().duplicate();
          NDArray hidden = hidden(0, SAMPLES);
          NDList result =
              engine()
                  .differentiate(
                      weights(),
                      scope(),
                      () -> part().loss(hidden, tokens, null, random(0, SAMPLES)));
          assertThat(result.get(0).getShape().size()).isEqualTo(1);
          assertThat(result.get(0).toFloatArray()[0]).isFinite();
          for (int i = 1; i < result.size(); i++) {
            assertThat(result.get(i).norm().toFloatArray()[0])
                .as("gradient of %s", weights().names().get(i - 1))
                .isFinite();
          }
        });
  }

  @Test
  @DisplayName("The loss of a discrete head is the mean negative log-probability")
  void lossIsNegativeLogProb() throws Exception {
    Assumptions.assumeTrue(frame().tokens() instanceof TokenSpace.Discrete, "a likelihood of ids");
    onEngine(
        () -> {
          int codebooks = frame().tokens().numbersPerSlot();
          Distribution distribution = distribution(0, SAMPLES);
          NDArray tokens = distribution.draw(random(0, SAMPLES)).tokens();
          double nats =
              -distribution.logProb(tokens).orElseThrow().mean().toFloatArray()[0] / codebooks;
          double loss =
              part().loss(hidden(0, SAMPLES), tokens, null, random(0, SAMPLES)).toFloatArray()[0];
          assertThat(loss).isCloseTo(nats, within(1e-4));
        });
  }
}
