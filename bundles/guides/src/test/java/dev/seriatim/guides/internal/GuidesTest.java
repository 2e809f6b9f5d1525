package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Stream;
import dev.seriatim.testkit.GuideContract;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GuidesTest {
  private static final int VOCABULARY = 17;

  private abstract static class Contract<C extends Record> extends GuideContract<C> {
    private final PartFactory<Guide, C> factory;
    private final C configuration;
    private final Map<String, C> refused;

    Contract(PartFactory<Guide, C> factory, C configuration, Map<String, C> refused) {
      this.factory = factory;
      this.configuration = configuration;
      this.refused = refused;
    }

    @Override
    protected PartFactory<Guide, C> factory() {
      return factory;
    }

    @Override
    protected C configuration() {
      return configuration;
    }

    @Override
    protected Map<String, C> refused() {
      return refused;
    }

    @Override
    protected Frame frame() {
      return Frame.of(ConditionSpace.NONE)
          .with(new Grid(2, 2), new TokenSpace.Discrete(VOCABULARY, 1));
    }

    @Override
    protected CategoricalDistribution distribution(NDArray logits) {
      return new LogitsDistribution(logits);
    }

    /** Indices that stay possible, for each slot of one sample, with their plain probabilities. */
    void forEachSlot(SlotCheck check) throws Exception {
      onEngine(
          () -> {
            float[] bent = bent(0, 1).toFloatArray();
            float[] plain = plain(0, 1).softmax(-1).toFloatArray();
            for (int at = 0; at < bent.length; at += VOCABULARY) {
              check.check(
                  Arrays.copyOfRange(bent, at, at + VOCABULARY),
                  Arrays.copyOfRange(plain, at, at + VOCABULARY));
            }
          });
    }
  }

  @FunctionalInterface
  private interface SlotCheck {
    void check(float[] bentLogits, float[] plainProbabilities);
  }

  @Nested
  class ClassifierFreeGuidance extends Contract<ClassifierFreeFactory.Configuration> {
    ClassifierFreeGuidance() {
      super(
          new ClassifierFreeFactory(),
          new ClassifierFreeFactory.Configuration(2.5, "constant", 1),
          Map.of(
              "scale", new ClassifierFreeFactory.Configuration(-1, "constant", 1),
              "schedule", new ClassifierFreeFactory.Configuration(2, "quadratic", 1),
              "power", new ClassifierFreeFactory.Configuration(2, "cosine", 0)));
    }

    @Test
    @DisplayName("Asks for the unconditional stream, and not when it changes nothing")
    void streams() {
      assertThat(part().streams()).containsExactly(Stream.UNCONDITIONAL);
      assertThat(new ClassifierFree(1, settled -> 1).streams()).isEmpty();
    }
  }

  @Nested
  class LinearGuidance extends Contract<ClassifierFreeFactory.Configuration> {
    LinearGuidance() {
      super(
          new ClassifierFreeFactory(),
          new ClassifierFreeFactory.Configuration(3, "linear", 1),
          Map.of());
    }

    @Test
    @DisplayName("A growing schedule starts without guidance")
    void startsAtOne() throws Exception {
      onEngine(
          () -> {
            float[] bent = bent(0, 2).toFloatArray();
            float[] plain = plain(0, 2).toFloatArray();
            for (int i = 0; i < bent.length; i++) {
              assertThat(bent[i]).isCloseTo(plain[i], within(1e-5f));
            }
          });
    }
  }

  @Nested
  class Temperatures extends Contract<TemperatureFactory.Configuration> {
    Temperatures() {
      super(
          new TemperatureFactory(),
          new TemperatureFactory.Configuration(0.5),
          Map.of("value", new TemperatureFactory.Configuration(0)));
    }
  }

  @Nested
  class TopK extends Contract<TopKFactory.Configuration> {
    TopK() {
      super(
          new TopKFactory(),
          new TopKFactory.Configuration(4),
          Map.of("k", new TopKFactory.Configuration(0)));
    }

    @Test
    @DisplayName("The k most probable tokens stay, as they were")
    void keepsTheMostProbable() throws Exception {
      forEachSlot(
          (bent, plain) -> {
            float[] sorted = plain.clone();
            Arrays.sort(sorted);
            for (int id = 0; id < VOCABULARY; id++) {
              boolean stays = plain[id] >= sorted[VOCABULARY - 4];
              assertThat(Float.isFinite(bent[id])).isEqualTo(stays);
            }
          });
    }
  }

  @Nested
  class TopP extends Contract<TopPFactory.Configuration> {
    TopP() {
      super(
          new TopPFactory(),
          new TopPFactory.Configuration(0.8),
          Map.of("p", new TopPFactory.Configuration(1.5)));
    }

    @Test
    @DisplayName("The smallest set that reaches p stays")
    void keepsTheNucleus() throws Exception {
      forEachSlot(
          (bent, plain) -> {
            double inside = 0;
            double least = 1;
            for (int id = 0; id < VOCABULARY; id++) {
              if (Float.isFinite(bent[id])) {
                inside += plain[id];
                least = Math.min(least, plain[id]);
              }
            }
            assertThat(inside).isGreaterThanOrEqualTo(0.8 - 1e-6);
            assertThat(inside - least).isLessThan(0.8 + 1e-6);
          });
    }
  }

  @Nested
  class TopPOfAlmostNothing extends Contract<TopPFactory.Configuration> {
    TopPOfAlmostNothing() {
      super(new TopPFactory(), new TopPFactory.Configuration(1e-9), Map.of());
    }

    @Test
    @DisplayName("The most probable token stays whatever p is")
    void keepsTheBest() throws Exception {
      forEachSlot(
          (bent, plain) -> {
            int best = 0;
            for (int id = 0; id < VOCABULARY; id++) {
              best = plain[id] > plain[best] ? id : best;
            }
            for (int id = 0; id < VOCABULARY; id++) {
              assertThat(Float.isFinite(bent[id])).isEqualTo(id == best);
            }
          });
    }
  }
}
