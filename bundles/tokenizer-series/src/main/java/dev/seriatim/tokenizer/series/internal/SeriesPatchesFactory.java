package dev.seriatim.tokenizer.series.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import org.osgi.service.component.annotations.Component;

/** Makes {@link SeriesPatches} tokenizers, which have no weights. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = SeriesPatchesFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS)
public final class SeriesPatchesFactory
    implements PartFactory<Tokenizer, SeriesPatchesFactory.Configuration> {
  static final String ID = "series.patches";

  /** How a series is cut and scaled. */
  public record Configuration(
      @ConfigKey("points of a patch, at least 1") int patch,
      @ConfigKey("most patches of a series, what is forecast among them; at least 2") int context,
      @ConfigKey(
              value =
                  "patches at the start of a series that its mean and scale are taken from, and the"
                      + " most that a forecast looks back at; 0: all of the context but one",
              defaultValue = "0")
          int window,
      @ConfigKey(value = "added to variances, at least 0", defaultValue = "1e-5") double eps) {
    /** The window, whether it was named or not. */
    int look() {
      return window == 0 ? context - 1 : window;
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration c, Frame frame) {
    require(c.patch >= 1, ID, "patch", "at least 1", c.patch);
    require(c.context >= 2, ID, "context", "at least 2", c.context);
    require(
        c.window >= 0 && c.window < c.context,
        ID,
        "window",
        "0, or 1 to " + (c.context - 1),
        c.window);
    require(c.eps >= 0, ID, "eps", "at least 0", c.eps);
    Frame filled = frame.with(new Sequence(c.context), new TokenSpace.Continuous(c.patch));
    return Blueprint.weightless(filled, () -> new SeriesPatches(c));
  }
}
