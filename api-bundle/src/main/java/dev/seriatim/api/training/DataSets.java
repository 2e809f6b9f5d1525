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

  /**
   * Reads a data set.
   *
   * @param folder where it is; texts may be a single file
   * @param options by kebab-case key, as a recipe gives them:
   *     <ul>
   *       <li>{@code format}: {@value #IDX}, {@value #IMAGES} or {@value #TEXT}; by default what
   *           the folder holds
   *       <li>{@code pad}: dark pixels added on each of the four sides; default 0
   *       <li>{@code labels}: list of the labels' names; default the digits {@code 0}, {@code 1}, …
   *           of IDX files and the sub-folders' names of images
   *       <li>{@code size} (images): height and width that images are brought to, before the pad;
   *           required
   *       <li>{@code channels} (images): 1 or 3; default 3
   *       <li>{@code held-out} (images, texts): share that is held out: of images where the folder
   *           is not divided into {@code train} and {@code test}; of a text the end, from the first
   *           new line in it; default 0.1
   *     </ul>
   *
   * @throws dev.seriatim.api.SeriatimException when the folder or a file in it is not as expected,
   *     or an option is unknown; one sentence naming file and key, expected and found
   */
  DataSet open(Path folder, Map<String, ?> options);
}
