package dev.seriatim.api.training;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.osgi.annotation.versioning.ProviderType;

/** Measures the quality of what a model generates; a service. Any thread; waits. */
@ProviderType
public interface Evaluator {
  /**
   * Generates samples of every label and judges them with a trained classifier.
   *
   * @param model name of the model to measure
   * @param options how
   * @param progress told (done, all) samples
   * @throws dev.seriatim.api.SeriatimException when model, judge or data are not there
   */
  Report evaluate(String model, Options options, BiConsumer<Integer, Integer> progress);

  /**
   * How to measure.
   *
   * @param judge name of the model that holds the classifier
   * @param samples to generate in all, spread evenly over the labels
   * @param batch samples per request
   * @param seed of the first request
   * @param guidance scale of classifier-free guidance; NaN for the model's own
   * @param data folder of the real data set; null to use the statistics stored with the judge
   */
  record Options(String judge, int samples, int batch, long seed, double guidance, Path data) {}

  /**
   * What was measured.
   *
   * @param model its name
   * @param judge name of the model that judged
   * @param samples generated
   * @param asked share of generated samples that are classified as what was asked for, 0 to 1
   * @param askedByLabel the same for each label
   * @param frechet Fréchet distance between generated and real features (Heusel et al., "GANs
   *     trained by a two time-scale update rule", 2017, in this classifier's space)
   * @param frechetReal the same distance between two halves of the real data
   * @param judgeAccuracy accuracy of the judge on the real test set, 0 to 1
   * @param secondsPerSample generation time, decoding included
   */
  record Report(
      String model,
      String judge,
      int samples,
      double asked,
      double[] askedByLabel,
      double frechet,
      double frechetReal,
      double judgeAccuracy,
      double secondsPerSample) {}
}
