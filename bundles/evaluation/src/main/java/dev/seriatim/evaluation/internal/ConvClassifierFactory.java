package dev.seriatim.evaluation.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link ConvClassifier}s; the classes are the labels of the model. */
@Component(service = PartFactory.class)
@ProvidesPart(kind = ProvidesPart.CLASSIFIER, id = ConvClassifierFactory.ID, version = "1.0.0")
public final class ConvClassifierFactory
    implements PartFactory<Classifier, ConvClassifierFactory.Configuration> {
  static final String ID = "classifier.conv";

  /** Sizes of the images and of the network. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of 2 to the number of levels") int height,
      @ConfigKey("columns of an image, a multiple of 2 to the number of levels") int width,
      @ConfigKey(value = "channels of an image: 1 (grey) or 3 (colour)", defaultValue = "1")
          int imageChannels,
      @ConfigKey(
              value = "channels of each level, fine to coarse; each level halves the resolution",
              defaultValue = "[32, 64]")
          List<Integer> channels,
      @ConfigKey(value = "width of the feature space, at least 1", defaultValue = "128")
          int featureWidth,
      @ConfigKey(value = "groups of the group norms; divides all channels", defaultValue = "8")
          int groups,
      @ConfigKey(
              value = "share of each label that is spread over all in training, 0 up to 1",
              defaultValue = "0.1")
          double smoothing) {
    int factor() {
      return 1 << channels.size();
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Classifier> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    int classes = frame.conditions().labels().size();
    require(classes >= 2, ID, "labels", "at least 2 labels of the model", classes);
    return new ConvClassifierBlueprint(configuration, classes, frame);
  }

  private static void check(Configuration c) {
    int levels = c.channels.size();
    require(levels >= 1 && levels <= 8, ID, "channels", "1 to 8 levels", c.channels);
    require(c.groups >= 1, ID, "groups", "at least 1", c.groups);
    boolean grouped = c.channels.stream().allMatch(n -> n >= 1 && n % c.groups == 0);
    require(grouped, ID, "channels", "multiples of groups (" + c.groups + ")", c.channels);
    requireMultiple(c.height, c.factor(), "height");
    requireMultiple(c.width, c.factor(), "width");
    boolean greyOrColour = c.imageChannels == 1 || c.imageChannels == 3;
    require(greyOrColour, ID, "image-channels", "1 or 3", c.imageChannels);
    require(c.featureWidth >= 1, ID, "feature-width", "at least 1", c.featureWidth);
    require(c.smoothing >= 0 && c.smoothing < 1, ID, "smoothing", "0 up to 1", c.smoothing);
  }

  private static void requireMultiple(int size, int factor, String key) {
    require(size >= factor && size % factor == 0, ID, key, "a multiple of " + factor, size);
  }
}
