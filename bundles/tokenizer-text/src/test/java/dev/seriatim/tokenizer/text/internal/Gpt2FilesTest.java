package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seriatim.api.part.PartException;
import org.junit.jupiter.api.Test;

class Gpt2FilesTest {
  private static final String IDS = "{\"a\": 0, \"b\": 1, \"ab\": 2, \"#\": 3}";

  private static JsonObject model(String merges) {
    return JsonParser.parseString(Gpt2Files.tokenizerJson(IDS, merges))
        .getAsJsonObject()
        .getAsJsonObject("model");
  }

  @Test
  void theFirstLineMayBeAVersionAndAMergeMayBeginLikeOne() {
    assertThat(model("#version: 0.2\na b\n# version\n\n").getAsJsonArray("merges").asList())
        .extracting(merge -> merge.getAsString())
        .containsExactly("a b", "# version");
    assertThat(model("a b").getAsJsonArray("merges")).hasSize(1);
  }

  @Test
  void withoutASeparatorNothingIsAdded() {
    assertThat(Gpt2Files.tokenizerJson(IDS, "")).contains("\"added_tokens\":[]");
    assertThat(Gpt2Files.tokenizerJson("{\"<|endoftext|>\": 7}", ""))
        .contains("\"added_tokens\":[{\"id\":7,\"content\":\"<|endoftext|>\"");
  }

  @Test
  void otherFilesAreRefused() {
    assertThatThrownBy(() -> Gpt2Files.tokenizerJson("[1]", ""))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("text.huggingface: vocab.json: expected ids by token, found");
    assertThatThrownBy(() -> model("a b c"))
        .isInstanceOf(PartException.class)
        .hasMessage("text.huggingface: merges.txt: expected two tokens on a line, found a b c");
  }
}
