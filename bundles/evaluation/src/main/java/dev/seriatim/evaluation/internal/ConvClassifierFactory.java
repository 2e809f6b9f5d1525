package dev.seriatim.evaluation.internal;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
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
    require(classes >= 2, "labels", "at least 2 labels of the model", classes);
    return new ConvClassifierBlueprint(configuration, classes, frame);
  }

  private static void check(Configuration c) {
    require(
        !c.channels.isEmpty() && c.channels.size() <= 8, "channels", "1 to 8 levels", c.channels);
    require(c.groups >= 1, "groups", "at least 1", c.groups);
    require(
        c.channels.stream().allMatch(n -> n >= 1 && n % c.groups == 0),
        "channels",
        "multiples of groups (" + c.groups + ")",
        c.channels);
    require(
        c.height >= c.factor() && c.height % c.factor() == 0,
        "height",
        "a multiple of " + c.factor(),
        c.height);
    require(
        c.width >= c.factor() && c.width % c.factor() == 0,
        "width",
        "a multiple of " + c.factor(),
        c.width);
    require(
        c.imageChannels == 1 || c.imageChannels == 3, "image-channels", "1 or 3", c.imageChannels);
    require(c.featureWidth >= 1, "feature-width", "at least 1", c.featureWidth);
    require(c.smoothing >= 0 && c.smoothing < 1, "smoothing", "0 up to 1", c.smoothing);
  }

  private static void require(boolean holds, String key, String expected, Object found) {
    if (!holds) {
      throw PartException.of(ID, key, expected, String.valueOf(found));
    }
  }
}
