package dev.seriatim.training.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.training.DataSet;
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

  /** The images to train on, moved as the stage says. */
  ImageSource trainImages() {
    return new ImageSource(data, data.train(), spec.shift());
  }

  /** The held-out images, as they are. */
  ImageSource testImages() {
    return new ImageSource(data, data.test(), 0);
  }

  /** Builds a part over its share of a stage's weights. Engine thread. */
  <P extends Part> P build(String kind, Class<P> type, Weights all) {
    return assembly.build(kind, type, calls.engine(), new WeightsView(all, prefix(kind)));
  }

  /** Prefix of a part's weights in all files that training writes. */
  static String prefix(String kind) {
    return kind + ".";
  }
}
