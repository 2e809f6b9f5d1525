package dev.seriatim.backbone.timer.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Timer}s. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = TimerFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS,
    orders = "raster")
public final class TimerFactory implements PartFactory<Backbone, TimerFactory.Configuration> {
  static final String ID = "timer";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("number of blocks, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("width of the hidden states, a multiple of heads") int width,
      @ConfigKey("width of the feed-forward layers, at least 1") int mlp,
      @ConfigKey(
              value = "rows of the table of positions; 0: one less than the context",
              defaultValue = "0")
          int positions,
      @ConfigKey(value = "of the feed-forward layers: gelu or relu", defaultValue = "\"gelu\"")
          String activation) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration c, Frame frame) {
    require(c.layers >= 1, ID, "layers", "at least 1", c.layers);
    require(c.heads >= 1, ID, "heads", "at least 1", c.heads);
    boolean divides = c.width >= 1 && c.width % c.heads == 0;
    require(divides, ID, "width", "a multiple of heads (" + c.heads + ")", c.width);
    require(c.mlp >= 1, ID, "mlp", "at least 1", c.mlp);
    boolean known = c.activation.equals("gelu") || c.activation.equals("relu");
    require(known, ID, "activation", "gelu or relu", c.activation);
    frame.continuous(ID);
    boolean sequence = frame.layout() instanceof Sequence;
    require(sequence, ID, "layout", "a sequence of patches", frame.layout());
    int inputs = Math.max(1, frame.layout().slots() - 1);
    require(
        c.positions == 0 || c.positions >= inputs,
        ID,
        "positions",
        "0, or at least " + inputs + ", one less than the context",
        c.positions);
    return new TimerBlueprint(c, c.positions == 0 ? inputs : c.positions, frame.with(c.width));
  }
}
