package dev.seriatim.head.categorical.internal;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link CategoricalHead}s; it has no configuration, all follows from the frame. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.HEAD,
    id = CategoricalHeadFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class CategoricalHeadFactory
    implements PartFactory<Head, CategoricalHeadFactory.Configuration> {
  static final String ID = "categorical";

  /** Nothing to configure. */
  public record Configuration() {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    return new CategoricalBlueprint(frame, frame.discrete(ID));
  }
}
