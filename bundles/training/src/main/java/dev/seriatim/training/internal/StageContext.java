package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.training.DataSet;
import dev.seriatim.api.training.ImageDataSet;
import dev.seriatim.api.weights.Weights;

/**
 * What a stage's task is made of.
 *
 * @param calls to the engine
 * @param spec the stage
 * @param conditions of the model
 * @param assembly of the model's parts
 * @param data set
 */
record StageContext(
    EngineCalls calls, StageSpec spec, ConditionSpace conditions, Assembly assembly, DataSet data) {

  /**
   * The data as images.
   *
   * @throws SeriatimException when they are not
   */
  ImageDataSet images() {
    if (data instanceof ImageDataSet images) {
      return images;
    }
    throw new SeriatimException(
        "stage " + spec.name() + ": data: expected images, found " + data.name());
  }

  /** The images to train on, moved as the stage says. */
  ImageSource trainImages() {
    return new ImageSource(images(), images().train(), spec.shift());
  }

  /** The held-out images, as they are. */
  ImageSource testImages() {
    return new ImageSource(images(), images().test(), 0);
  }

  /** Builds a part over its share of a stage's weights. Engine thread. */
  <P extends Part> P build(String kind, Class<P> type, Weights all) {
    return assembly.build(kind, type, calls.engine(), new WeightsView(all, prefix(kind)));
  }

  /**
   * Prefix of a part's weights in all files that training writes: its kind, for the parts of a
   * draft too, which have a file of their own.
   */
  static String prefix(String key) {
    String kind =
        switch (key) {
          case ModelDescriptor.DRAFT_BACKBONE -> ProvidesPart.BACKBONE;
          case ModelDescriptor.DRAFT_HEAD -> ProvidesPart.HEAD;
          default -> key;
        };
    return kind + ".";
  }
}
