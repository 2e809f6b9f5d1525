package dev.seriatim.head.point.internal;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link PointHead}s; sizes follow from the frame. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.HEAD,
    id = PointHeadFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS)
public final class PointHeadFactory implements PartFactory<Head, PointHeadFactory.Configuration> {
  static final String ID = "point";

  /** How it predicts. */
  public record Configuration(
      @ConfigKey(value = "whether the linear layer has a bias", defaultValue = "true")
          boolean bias) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    return new PointBlueprint(configuration.bias, frame, frame.continuous(ID).width());
  }
}
