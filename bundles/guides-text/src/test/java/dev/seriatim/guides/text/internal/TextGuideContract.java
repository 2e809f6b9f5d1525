package dev.seriatim.guides.text.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Levels;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.testkit.GuideContract;
import java.util.Map;
import java.util.Optional;

/** A guide of texts held to its contract. */
abstract class TextGuideContract<C extends Record> extends GuideContract<C> {
  final PieceTokenizer tokenizer = PieceTokenizer.create();
  private final PartFactory<Guide, C> factory;
  private final C configuration;
  private final Map<String, C> refused;

  TextGuideContract(PartFactory<Guide, C> factory, C configuration, Map<String, C> refused) {
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
        .with(new Sequence(PieceTokenizer.CONTEXT), tokenizer.tokens());
  }

  @Override
  protected Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  protected Step step() {
    return Step.settle(0, Slots.shared(2));
  }

  /** Two slots of prompt. */
  @Override
  protected Canvas canvas(int samples) {
    Canvas canvas = super.canvas(samples);
    for (int sample = 0; sample < samples; sample++) {
      canvas.settle(sample, 0, tokenizer.encode("x{"));
    }
    return canvas;
  }

  @Override
  protected CategoricalDistribution distribution(NDArray logits) {
    return new Logits(logits);
  }

  /** Logits of zeros after a guide that is bound to the canvas as it was with two slots settled. */
  float[] bent(Canvas canvas, int first, int count) {
    Canvas begun = canvas(canvas.samples());
    Guide guide = part().bind(begun, tokenizer);
    NDArray zeros =
        scope()
            .manager()
            .zeros(new Shape(canvas.samples(), count, 1, tokenizer.tokens().vocabulary()));
    Step step = new Step(0, Slots.range(first, first + count), Levels.SETTLE, Knobs.NONE);
    Distribution bent = guide.apply(new Logits(zeros), Map.of(), step, canvas);
    return ((CategoricalDistribution) bent).logits().toFloatArray();
  }

  /** Proposes ids in the slots of one sample from a slot on. */
  void propose(Canvas canvas, int first, String text) {
    long[] ids = tokenizer.encode(text);
    canvas.write(Slots.range(first, first + ids.length), 0.5f, ids);
  }

  private record Logits(NDArray logits) implements CategoricalDistribution {
    @Override
    public CategoricalDistribution withLogits(NDArray bent) {
      return new Logits(bent);
    }

    @Override
    public Draw draw(StepRandom random) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Draw mode() {
      return Draw.of(logits.argMax(-1), null);
    }

    @Override
    public Optional<NDArray> logProb(NDArray tokens) {
      return Optional.empty();
    }

    @Override
    public Distribution guided(Distribution other, double scale) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Distribution tempered(double temperature) {
      return withLogits(logits.div(temperature));
    }
  }
}
