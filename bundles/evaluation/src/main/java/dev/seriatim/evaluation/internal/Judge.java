package dev.seriatim.evaluation.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Classifier.Judgement;
import dev.seriatim.api.training.ImageDataSet;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;

/**
 * A classifier on duty. Any thread.
 *
 * @param engine it runs on
 * @param model that it belongs to
 * @param classifier on loan
 */
record Judge(Engine engine, ModelDescriptor model, Classifier classifier) {
  private static final int BATCH = 250;

  List<String> labels() {
    return model.conditions().labels();
  }

  /** Judges images of a data set, telling how many are done. */
  JudgedImages judge(ImageDataSet.Split split, int[] indices, IntConsumer progress) {
    JudgedImages judged = new JudgedImages(indices.length);
    for (int first = 0; first < indices.length; first += BATCH) {
      int end = Math.min(indices.length, first + BATCH);
      judge(split.images(Arrays.copyOfRange(indices, first, end)), judged);
      progress.accept(end);
    }
    return judged;
  }

  /**
   * Judges a batch.
   *
   * @throws SeriatimException when the media are not images of the classifier's size
   */
  void judge(Media media, JudgedImages judged) {
    Shape shape = classifier.imageShape();
    if (!(media instanceof Images images)
        || !shape.equals(new Shape(images.channels(), images.height(), images.width()))) {
      throw new SeriatimException(
          model.name() + ": images to judge: expected shape " + shape + ", found " + media);
    }
    onEngine(
        () -> {
          try (Scope scope = engine.scope("judge " + model.name())) {
            NDArray batch =
                scope
                    .manager()
                    .create(
                        images.pixels(),
                        new Shape(
                            images.samples(), images.channels(), images.height(), images.width()));
            Judgement judgement = classifier.judge(batch, scope.manager());
            judged.add(
                judgement.features().toFloatArray(), judgement.logits().argMax(1).toLongArray());
            return judged;
          }
        });
  }

  /** Runs a task on the engine's thread; what it throws that is not for the user comes wrapped. */
  <T> T onEngine(Callable<T> task) {
    try {
      return engine.call(task);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new SeriatimException(model.name() + ": cannot judge: " + e.getMessage(), e);
    }
  }
}
