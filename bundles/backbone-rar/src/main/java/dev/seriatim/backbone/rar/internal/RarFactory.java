package dev.seriatim.backbone.rar.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Rar}s. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = RarFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"permuted", "raster", "speculative", "any-subset"})
public final class RarFactory implements PartFactory<Backbone, RarFactory.Configuration> {
  static final String ID = "rar";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("number of blocks, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("width of the hidden states, a multiple of heads") int width,
      @ConfigKey("width of the feed-forward layers, at least 1") int mlpWidth,
      @ConfigKey(
              value =
                  "rows of the position tables, at least the slots and 2; 0 for as many as are"
                      + " needed",
              defaultValue = "0")
          int positionRows,
      @ConfigKey(
              value =
                  "rows of the table of times, at least the slots and 1; 0 for as many as are"
                      + " needed",
              defaultValue = "0")
          int timeRows) {

    /** Positions of the input and the condition, and one for each slot. */
    long positions(Frame frame) {
      return positionRows == 0 ? frame.layout().slots() + 2L : positionRows;
    }

    /** One time for each input that is needed to predict all slots. */
    long times(Frame frame) {
      return timeRows == 0 ? frame.layout().slots() + 1L : timeRows;
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration size, Frame frame) {
    int heads = size.heads;
    int width = size.width;
    require(size.layers >= 1, ID, "layers", "at least 1", size.layers);
    require(heads >= 1, ID, "heads", "at least 1", heads);
    require(
        width >= 1 && width % heads == 0,
        ID,
        "width",
        "a multiple of heads (" + heads + ")",
        width);
    require(size.mlpWidth >= 1, ID, "mlp-width", "at least 1", size.mlpWidth);
    TokenSpace.Discrete tokens = frame.discrete(ID);
    require(tokens.codebooks() == 1, ID, "tokens", "one codebook per slot", tokens.codebooks());
    int slots = frame.layout().slots();
    require(
        size.positions(frame) >= slots + 2L,
        ID,
        "position-rows",
        "0, or at least " + (slots + 2),
        size.positionRows);
    require(
        size.times(frame) >= slots + 1L,
        ID,
        "time-rows",
        "0, or at least " + (slots + 1),
        size.timeRows);
    return new RarBlueprint(size, frame.with(width));
  }
}
