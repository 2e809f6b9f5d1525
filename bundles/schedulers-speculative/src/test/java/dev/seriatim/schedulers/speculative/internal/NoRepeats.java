package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Map;

/** Makes tokens the less likely the more often they came before, settled or guessed. */
record NoRepeats() implements Guide {
  @Override
  public Stage stage() {
    return Stage.CONSTRAIN;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    CategoricalDistribution categorical = (CategoricalDistribution) distribution;
    int vocabulary = ((TokenSpace.Discrete) canvas.tokenSpace()).vocabulary();
    int count = step.slots().count();
    float[] penalty = new float[canvas.samples() * count * vocabulary];
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int i = 0; i < count; i++) {
        int slot = step.slots().slot(sample, i);
        for (int earlier = 0; earlier < slot; earlier++) {
          int id = (int) canvas.id(sample, earlier, 0);
          penalty[(sample * count + i) * vocabulary + id] -= 0.4f;
        }
      }
    }
    Shape shape = new Shape(canvas.samples(), count, 1, vocabulary);
    return categorical.withLogits(
        categorical.logits().add(categorical.logits().getManager().create(penalty, shape)));
  }
}
