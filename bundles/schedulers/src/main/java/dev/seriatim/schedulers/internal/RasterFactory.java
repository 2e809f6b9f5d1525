package dev.seriatim.schedulers.internal;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Raster} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = RasterFactory.ID,
    version = "1.0.0",
    orders = "raster")
public final class RasterFactory implements PartFactory<Scheduler, RasterFactory.Configuration> {
  static final String ID = "raster";

  /** Nothing to configure. */
  public record Configuration() {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    return Blueprint.weightless(frame, Raster::new);
  }
}
