package dev.seriatim.tokenizer.text.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Makes tokenizers whose ids are the characters (code points) of an alphabet. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = CharactersFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class CharactersFactory
    implements PartFactory<Tokenizer, CharactersFactory.Configuration> {
  static final String ID = "text.characters";

  /** The alphabet, how long texts may be, and which ids there are beside it. */
  public record Configuration(
      @ConfigKey("most tokens of a sequence, at least 1") int context,
      @ConfigKey("the characters, each once, in the order of their ids") String alphabet,
      @ConfigKey(
              value =
                  "a character of the alphabet that stands for all others; empty to refuse texts"
                      + " with others",
              defaultValue = "\"\"")
          String unknown,
      @ConfigKey(
              value = "whether every sequence begins with an id of its own, after the alphabet's",
              defaultValue = "false")
          boolean begin,
      @ConfigKey(value = "whether an id ends a sequence: the next one", defaultValue = "false")
          boolean end,
      @ConfigKey(
              value = "whether there is an id for unknown tokens: the last one",
              defaultValue = "false")
          boolean mask) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration c, Frame frame) {
    require(c.context >= 1, ID, "context", "at least 1", c.context);
    int[] alphabet = c.alphabet.codePoints().toArray();
    Map<Integer, Integer> ids = ids(alphabet);
    int unknown = Characters.REFUSED;
    if (!c.unknown.isEmpty()) {
      boolean one = c.unknown.codePointCount(0, c.unknown.length()) == 1;
      Integer found = one ? ids.get(c.unknown.codePointAt(0)) : null;
      require(found != null, ID, "unknown", "a character of the alphabet", shown(c.unknown));
      unknown = found;
    }
    ExtraIds extra = new ExtraIds(alphabet.length, c.begin, c.end, c.mask);
    require(extra.vocabulary() >= 2, ID, "alphabet", "at least 2 characters", shown(c.alphabet));
    Sequence layout = new Sequence(c.context);
    TokenSpace.Discrete tokens = new TokenSpace.Discrete(extra.vocabulary(), 1);
    int other = unknown;
    return Blueprint.weightless(
        frame.with(layout, tokens),
        () -> new Characters(layout, tokens, extra, alphabet, ids, other));
  }

  private static Map<Integer, Integer> ids(int[] alphabet) {
    Map<Integer, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < alphabet.length; id++) {
      int character = alphabet[id];
      boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
      if (half || ids.put(character, id) != null) {
        throw PartException.of(
            ID,
            "alphabet",
            "characters, each once",
            String.format("U+%04X%s", character, half ? "" : " twice"));
      }
    }
    return ids;
  }

  private static String shown(String text) {
    return "'" + text + "'";
  }
}
