package dev.seriatim.guides.text.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import org.osgi.service.component.annotations.Component;

/**
 * Makes guides that allow only texts that are JSON, of a schema if there is one (json-schema.org,
 * draft 2020-12: types, properties, required, items, lengths, enum, const, anyOf, references within
 * the schema; other constraints are refused).
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = JsonSchemaFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class JsonSchemaFactory
    implements PartFactory<Guide, JsonSchemaFactory.Configuration> {
  static final String ID = "json-schema";

  /** Which schema. */
  public record Configuration(
      @ConfigKey(value = "the schema, as JSON; empty for any JSON object", defaultValue = "\"\"")
          String schema) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    Categorical.require(ID, frame);
    JsonGrammar grammar = new JsonGrammar(ID, schema(configuration.schema));
    return Blueprint.weightless(frame, () -> new JsonGuide(grammar));
  }

  private static JsonElement schema(String text) {
    if (text.isBlank()) {
      JsonObject object = new JsonObject();
      object.addProperty("type", "object");
      return object;
    }
    try {
      return JsonParser.parseString(text);
    } catch (JsonParseException e) {
      throw PartException.of(ID, "schema", "JSON", text);
    }
  }

  private static final class JsonGuide implements BoundLater {
    private final JsonGrammar grammar;
    private TextTokenizer tokenizer;
    private SortedVocabulary vocabulary;

    JsonGuide(JsonGrammar grammar) {
      this.grammar = grammar;
    }

    @Override
    public String id() {
      return ID;
    }

    @Override
    public Guide bind(Canvas canvas, Tokenizer tokenizer) {
      TextTokenizer text = Categorical.ending(ID, tokenizer);
      if (text != this.tokenizer) {
        this.tokenizer = text;
        vocabulary = new SortedVocabulary(text);
      }
      return new PrefixGuide<>(ID, new GrammarMachine(ID, grammar, text, vocabulary), canvas);
    }
  }
}
