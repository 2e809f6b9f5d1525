package dev.seriatim.guides.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seriatim.api.part.PartException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonGrammarTest {
  private static final String PERSON =
      """
      {"type": "object",
       "properties": {
         "name": {"type": "string", "minLength": 1, "maxLength": 8},
         "age": {"type": "integer"},
         "tags": {"type": "array", "items": {"enum": ["a", "é", 3, null]}, "minItems": 1, "maxItems": 3},
         "friend": {"$ref": "#"}},
       "required": ["name", "tags"],
       "additionalProperties": false}
      """;

  private final PieceTokenizer tokenizer = PieceTokenizer.create();

  private static JsonGrammar grammar(String schema) {
    return new JsonGrammar("test", JsonParser.parseString(schema));
  }

  private static boolean accepts(JsonGrammar json, String text) {
    Grammar.State state = json.grammar().start(json.start());
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      state = json.grammar().next(state, each & 0xff);
    }
    return state.complete();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[1, -2.5e+3, 0.1]",
        "\"\\u00e9\\n\\\" é 😀\"",
        "{\"a\": [true, false, null], \"b\": {\"c\": \"\"}}",
        "{\n  \"a\": 1\n}"
      })
  void anythingThatIsJson(String text) {
    assertThat(accepts(grammar("true"), text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{a: 1}",
        "{\"a\" 1}",
        "01",
        "1.",
        "+1",
        "nul",
        "\"\\x\"",
        "\"\t\"",
        "\"\\ud800\"",
        "{} {}",
        "'a'",
        "[1 2]"
      })
  void nothingElse(String text) {
    assertThat(accepts(grammar("true"), text)).isFalse();
  }

  @Test
  void objectsHaveTheirPropertiesInOrder() {
    JsonGrammar person = grammar(PERSON);
    assertThat(accepts(person, "{\"name\": \"Ada\", \"tags\": [\"a\"]}")).isTrue();
    assertThat(accepts(person, "{\"name\":\"Ada\",\"age\":36,\"tags\":[3,null]}")).isTrue();
    assertThat(
            accepts(
                person,
                "{\"name\":\"Ada\",\"tags\":[3],\"friend\":{\"name\":\"B\",\"tags\":[\"é\"]}}"))
        .isTrue();
    assertThat(accepts(person, "{\"tags\": [\"a\"], \"name\": \"Ada\"}")).isFalse();
    assertThat(accepts(person, "{\"name\": \"Ada\"}")).isFalse();
    assertThat(accepts(person, "{\"name\": \"\", \"tags\": [3]}")).isFalse();
    assertThat(accepts(person, "{\"name\": \"123456789\", \"tags\": [3]}")).isFalse();
    assertThat(accepts(person, "{\"name\": \"Ada\", \"tags\": []}")).isFalse();
    assertThat(accepts(person, "{\"name\": \"Ada\", \"tags\": [3,3,3,3]}")).isFalse();
    assertThat(accepts(person, "{\"name\": \"Ada\", \"tags\": [3], \"x\": 1}")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"string\", \"pattern\": \"a*\"}",
        "{\"type\": \"integer\", \"minimum\": 3}",
        "{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": true}",
        "{\"type\": \"thing\"}",
        "{\"$ref\": \"https://example.org/schema\"}",
        "{\"$ref\": \"#/$defs/absent\"}",
        "{\"allOf\": []}",
        "false"
      })
  void whatIsNotUnderstoodIsRefused(String schema) {
    assertThatThrownBy(() -> grammar(schema))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("test");
  }

  /** Any text that keeps to the grammar is a valid document: whole texts drawn at random. */
  @Test
  void randomTextsAreValid() throws CharacterCodingException {
    JsonGrammar person = grammar(PERSON);
    GrammarMachine machine =
        new GrammarMachine("test", person, tokenizer, new SortedVocabulary(tokenizer));
    Random random = new Random(7);
    int whole = 0;
    for (int text = 0; text < 200; text++) {
      Grammar.State state = machine.start();
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      for (int i = 0; i < 2000; i++) {
        BitSet allowed = machine.allowed(state);
        int id =
            allowed.stream().skip(random.nextInt(allowed.cardinality())).findFirst().orElseThrow();
        if (id == PieceTokenizer.END) {
          whole++;
          check(written.toByteArray());
          break;
        }
        written.writeBytes(tokenizer.bytes(id));
        state = machine.next(state, id);
      }
    }
    assertThat(whole).isGreaterThan(100);
  }

  private static void check(byte[] written) throws CharacterCodingException {
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(written)).toString();
    person(JsonParser.parseString(text));
  }

  private static void person(JsonElement parsed) {
    JsonObject object = parsed.getAsJsonObject();
    assertThat(object.keySet())
        .contains("name", "tags")
        .isSubsetOf("name", "age", "tags", "friend");
    String name = object.get("name").getAsString();
    assertThat(name.codePointCount(0, name.length())).isBetween(1, 8);
    JsonArray tags = object.getAsJsonArray("tags");
    assertThat(tags.size()).isBetween(1, 3);
    if (object.has("friend")) {
      person(object.get("friend"));
    }
  }
}
