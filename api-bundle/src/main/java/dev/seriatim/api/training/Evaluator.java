package dev.seriatim.api.training;

import dev.seriatim.api.generation.GenerationRequest;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.osgi.annotation.versioning.ProviderType;

/** Measures the quality of what a model generates; a service. Any thread; waits. */
@ProviderType
public interface Evaluator {
  /** Path in a judge's bundle of the statistics of real data. */
  String REFERENCE = "reference.safetensors";

  /**
   * Path in a text model's bundle of text that it was not trained on: a tensor {@value
   * #HELD_OUT_TEXT}, uint8 [bytes], in UTF-8.
   */
  String HELD_OUT = "held-out.safetensors";

  /** Name of the tensor in {@value #HELD_OUT}. */
  String HELD_OUT_TEXT = "text";

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
   * Writes the statistics of real data in a judge's feature space, and its accuracy on their test
   * set. Shipped as {@value #REFERENCE} in the judge's bundle, they take the place of the data.
   *
   * @param judge name of the model that holds the classifier
   * @param data folder of the real data set
   * @param file to write
   * @param progress told (done, all) images
   * @throws dev.seriatim.api.SeriatimException when judge or data are not there, or the file cannot
   *     be written
   */
  void writeReference(String judge, Path data, Path file, BiConsumer<Integer, Integer> progress);

  /**
   * Measures how many bits a text model needs for each byte of a text.
   *
   * @param model name of the model to measure
   * @param options on what, and how
   * @param progress told (done, all) windows of the text
   * @throws dev.seriatim.api.SeriatimException when the model is not there or none of texts, or
   *     there is no text to measure on
   */
  TextReport evaluate(String model, TextOptions options, BiConsumer<Integer, Integer> progress);

  /**
   * How to measure a text model.
   *
   * @param text a file, or a folder of files {@code .txt}; null for the held-out text that the
   *     model brings along
   * @param window tokens that are read at once; 0 for as many as the model's context has, at most
   *     1024
   * @param draws for models that do not predict in the order of the text: how many times what they
   *     are shown of it is drawn
   * @param seed of these draws
   */
  record TextOptions(Path text, int window, int draws, long seed) {}

  /**
   * What was measured on a text.
   *
   * @param model its name
   * @param bytes of the text in UTF-8
   * @param tokens of the text
   * @param bitsPerByte cross entropy of the text under the model, over its bytes; every token
   *     counts once
   * @param bound whether that is an estimate of an upper bound, as masked diffusion has it
   * @param window tokens that were read at once
   * @param seconds that it took
   */
  record TextReport(
      String model,
      long bytes,
      long tokens,
      double bitsPerByte,
      boolean bound,
      int window,
      double seconds) {}

  /**
   * How to measure.
   *
   * @param judge name of the model that holds the classifier
   * @param samples to generate in all, spread evenly over the labels; at least one for each
   * @param batch samples per request
   * @param seed of the first request
   * @param guidance scale of classifier-free guidance; NaN for the model's own
   * @param data folder of the real data set, IDX files; null to use the statistics stored with the
   *     judge
   * @param drawing how samples are drawn: changes a request, its scheduler and guides for example;
   *     conditions stay
   */
  record Options(
      String judge,
      int samples,
      int batch,
      long seed,
      double guidance,
      Path data,
      UnaryOperator<GenerationRequest> drawing) {
    /** Options that leave all else to the model. */
    public Options(String judge, int samples, int batch, long seed, double guidance, Path data) {
      this(judge, samples, batch, seed, guidance, data, UnaryOperator.identity());
    }
  }

  /**
   * What was measured.
   *
   * @param model its name
   * @param judge name of the model that judged
   * @param samples generated
   * @param asked share of generated samples that are classified as what was asked for, 0 to 1
   * @param askedByLabel the same for each label
   * @param frechet Fréchet distance between generated samples and one half of the real training
   *     data (Heusel et al., "GANs trained by a two time-scale update rule", 2017, in this
   *     classifier's space)
   * @param frechetReal the same distance between as many images of the other half and that half.
   *     The distance depends on the number of samples, so both are taken over {@code
   *     frechetSamples} on the one side and the same half on the other; all of these have as many
   *     samples of each label
   * @param frechetSamples samples that the two distances are taken over: all that were generated,
   *     or the largest number not above it for which there are statistics of real data
   * @param judgeAccuracy accuracy of the judge on the real test set, 0 to 1
   * @param secondsPerSample generation time, decoding included
   * @param steps turns of the loop per request, in the mean
   */
  record Report(
      String model,
      String judge,
      int samples,
      double asked,
      double[] askedByLabel,
      double frechet,
      double frechetReal,
      int frechetSamples,
      double judgeAccuracy,
      double secondsPerSample,
      double steps) {
    /** A report that does not say how many steps it took: 0. */
    public Report(
        String model,
        String judge,
        int samples,
        double asked,
        double[] askedByLabel,
        double frechet,
        double frechetReal,
        int frechetSamples,
        double judgeAccuracy,
        double secondsPerSample) {
      this(
          model,
          judge,
          samples,
          asked,
          askedByLabel,
          frechet,
          frechetReal,
          frechetSamples,
          judgeAccuracy,
          secondsPerSample,
          0);
    }
  }
}
