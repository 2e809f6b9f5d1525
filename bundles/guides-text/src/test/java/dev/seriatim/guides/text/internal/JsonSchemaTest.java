package dev.seriatim.guides.text.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JsonSchemaTest extends TextGuideContract<JsonSchemaFactory.Configuration> {
  JsonSchemaTest() {
    super(
        new JsonSchemaFactory(),
        new JsonSchemaFactory.Configuration(
            "{\"properties\": {\"name\": {\"type\": \"boolean\"}}, \"required\": [\"name\"]}"),
        Map.of("schema", new JsonSchemaFactory.Configuration("{")));
  }

  private boolean[] allowed(String written) throws Exception {
    Canvas canvas = canvas(1);
    canvas.settle(0, 2, tokenizer.encode(written));
    float[] bent = bent(canvas, 2 + tokenizer.encode(written).length, 1);
    boolean[] allowed = new boolean[bent.length];
    for (int id = 0; id < bent.length; id++) {
      allowed[id] = Float.isFinite(bent[id]);
    }
    return allowed;
  }

  @Test
  @DisplayName("Pieces of several bytes are allowed where all of them fit")
  void pieces() throws Exception {
    onEngine(
        () -> {
          boolean[] first = allowed("");
          assertThat(first[(int) tokenizer.id("{\"")]).isTrue();
          assertThat(first[(int) tokenizer.id("{")]).isTrue();
          assertThat(first[(int) tokenizer.id("true")]).isFalse();
          assertThat(first[PieceTokenizer.END]).isFalse();
          assertThat(allowed("{\"")[(int) tokenizer.id("name")]).isTrue();
          assertThat(allowed("{\"")[(int) tokenizer.id("ab")]).isFalse();
          assertThat(allowed("{\"name")[(int) tokenizer.id("\": ")]).isTrue();
        });
  }

  @Test
  @DisplayName("The end is allowed once the document is whole, and nothing else then")
  void end() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(1);
          long[] ids = {
            tokenizer.id("{\""),
            tokenizer.id("name"),
            tokenizer.id("\":"),
            tokenizer.id("true"),
            tokenizer.id("}")
          };
          canvas.settle(0, 2, ids);
          float[] bent = bent(canvas, 2 + ids.length, 1);
          for (int id = 0; id < bent.length; id++) {
            assertThat(Float.isFinite(bent[id])).isEqualTo(id == PieceTokenizer.END);
          }
        });
  }
}
