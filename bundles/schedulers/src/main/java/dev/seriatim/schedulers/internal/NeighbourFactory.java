package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Neighbour} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = NeighbourFactory.ID,
    version = "1.0.0",
    orders = "neighbour")
public final class NeighbourFactory
    implements PartFactory<Scheduler, NeighbourFactory.Configuration> {
  static final String ID = "neighbour";

  /** Nothing to configure. */
  public record Configuration() {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    if (!(frame.layout() instanceof Grid grid)) {
      throw PartException.of(ID, "layout", "a grid", String.valueOf(frame.layout()));
    }
    return Blueprint.weightless(frame, () -> new Neighbour(grid));
  }
}
