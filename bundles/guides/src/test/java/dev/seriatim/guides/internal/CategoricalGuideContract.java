package dev.seriatim.guides.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.testkit.GuideContract;
import java.util.Arrays;
import java.util.Map;

/** A guide held to its contract on a small vocabulary. */
abstract class CategoricalGuideContract<C extends Record> extends GuideContract<C> {
  static final int VOCABULARY = 17;

  private final PartFactory<Guide, C> factory;
  private final C configuration;
  private final Map<String, C> refused;

  CategoricalGuideContract(PartFactory<Guide, C> factory, C configuration, Map<String, C> refused) {
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

  /** Checks what became of the probabilities of one slot. */
  @FunctionalInterface
  interface SlotCheck {
    void check(float[] bentLogits, float[] plainProbabilities);
  }
}
