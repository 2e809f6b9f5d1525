package dev.seriatim.api.training;

import java.nio.file.Path;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** Reads data sets; a service. Any thread. */
@ProviderType
public interface DataSets {
  /** A value of the option {@code format}: IDX files, as MNIST and Fashion-MNIST have them. */
  String IDX = "idx";

  /** A value of the option {@code format}: folders of images. */
  String IMAGES = "images";

  /** A value of the option {@code format}: a text file, or a folder of them. */
  String TEXT = "text";

  /** A value of the option {@code format}: a CSV file of time series, or a folder of them. */
  String SERIES = "series";

  /** A value of the option {@code format}: made-up time series, which no file holds. */
  String SYNTHETIC_SERIES = "synthetic-series";

  /**
   * Reads a data set.
   *
   * @param folder where it is; texts and series may be a single file
   * @param options by kebab-case key, as a recipe gives them:
   *     <ul>
   *       <li>{@code format}: {@value #IDX}, {@value #IMAGES}, {@value #TEXT}, {@value #SERIES} or
   *           {@value #SYNTHETIC_SERIES}; by default what the folder holds, of the first three
   *       <li>{@code pad}: dark pixels added on each of the four sides; default 0
   *       <li>{@code labels}: list of the labels' names; default the digits {@code 0}, {@code 1}, …
   *           of IDX files and the sub-folders' names of images
   *       <li>{@code size} (images): height and width that images are brought to, before the pad;
   *           required
   *       <li>{@code channels} (images): 1 or 3; default 3
   *       <li>{@code held-out} (images, texts, series): share that is held out: of images where the
   *           folder is not divided into {@code train} and {@code test}; of a text the end, from
   *           the first new line in it; default 0.1; of series the last ones
   *       <li>{@code series}, {@code held-out-series}, {@code length}, {@code seed} (synthetic
   *           series): how many to train on, how many to hold out, points of each, and which;
   *           default 4000, 200, 960, 0
   *     </ul>
   *
   * @throws dev.seriatim.api.SeriatimException when the folder or a file in it is not as expected,
   *     or an option is unknown; one sentence naming file and key, expected and found
   */
  DataSet open(Path folder, Map<String, ?> options);
}
