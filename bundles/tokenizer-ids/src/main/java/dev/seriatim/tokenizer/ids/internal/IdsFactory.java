package dev.seriatim.tokenizer.ids.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Ids} tokenizers, which have no weights. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = IdsFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class IdsFactory implements PartFactory<Tokenizer, IdsFactory.Configuration> {
  static final String ID = "ids";

  /** Where ids lie, and which there are: a grid, or a sequence of a length. */
  public record Configuration(
      @ConfigKey("ids run from 0 to this, exclusive; at least 2") int vocabulary,
      @ConfigKey(value = "ids per slot, at least 1", defaultValue = "1") int codebooks,
      @ConfigKey(value = "rows of a grid; 0 for a sequence", defaultValue = "0") int rows,
      @ConfigKey(value = "columns of a grid; 0 for a sequence", defaultValue = "0") int columns,
      @ConfigKey(value = "length of a sequence; 0 for a grid", defaultValue = "0") int length) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration c, Frame frame) {
    require(c.vocabulary >= 2, ID, "vocabulary", "at least 2", c.vocabulary);
    require(c.codebooks >= 1, ID, "codebooks", "at least 1", c.codebooks);
    TokenSpace.Discrete tokens = new TokenSpace.Discrete(c.vocabulary, c.codebooks);
    Layout layout = layout(c);
    return Blueprint.weightless(frame.with(layout, tokens), () -> new Ids(layout, tokens));
  }

  private static Layout layout(Configuration c) {
    boolean grid = c.rows != 0 || c.columns != 0;
    if (grid == (c.length != 0)) {
      throw PartException.of(
          ID,
          "length",
          "either rows and columns or a length",
          c.rows + "×" + c.columns + " and " + c.length);
    }
    if (!grid) {
      require(c.length >= 1, ID, "length", "at least 1", c.length);
      return new Sequence(c.length);
    }
    require(c.rows >= 1, ID, "rows", "at least 1", c.rows);
    require(c.columns >= 1, ID, "columns", "at least 1", c.columns);
    return new Grid(c.rows, c.columns);
  }
}
