package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.text.Utf8Stream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** GPT-2's real vocabulary, against the ids of another implementation. */
class Gpt2Test extends HuggingFaceContract {
  @Override
  FileWeights files() {
    return Gpt2.files();
  }

  @Override
  int vocabulary() {
    return Gpt2.VOCABULARY;
  }

  @Override
  List<Long> ends() {
    return List.of(50256L);
  }

  @Override
  protected List<String> texts() {
    return List.of("Hello world", "", "\0\n  x", "naïve 日本語", "👩‍👩‍👧‍👦 family");
  }

  private String streamed(long[] ids) {
    Utf8Stream utf8 = new Utf8Stream();
    StringBuilder text = new StringBuilder();
    for (long id : ids) {
      text.append(utf8.append(tokenizer().bytes(id)));
    }
    return text.append(utf8.end()).toString();
  }

  @Test
  void knownEncodings() {
    assertThat(tokenizer().encode("Hello world")).containsExactly(15496, 995);
    assertThat(tokenizer().encode("Hello world" + Gpt2.END)).containsExactly(15496, 995, 50256);
    assertThat(tokenizer().begin()).isEmpty();
    assertThat(tokenizer().bytes(995)).asString(StandardCharsets.UTF_8).isEqualTo(" world");
    assertThat(tokenizer().bytes(198)).containsExactly('\n');
  }

  @Test
  void theCorpusHasTheIdsThatAnotherImplementationGivesAndComesBack() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            Gpt2Test.class.getResourceAsStream("gpt2-corpus.json"), StandardCharsets.UTF_8)) {
      for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
        JsonObject each = element.getAsJsonObject();
        String text = each.get("text").getAsString();
        long[] ids =
            each.get("ids").getAsJsonArray().asList().stream()
                .mapToLong(JsonElement::getAsLong)
                .toArray();
        assertThat(tokenizer().encode(text)).as(text).isEqualTo(ids);
        assertThat(streamed(ids)).isEqualTo(text);
      }
    }
  }

  @Test
  void charactersThatAreSpreadOverIdsAreHeldBack() {
    long[] ids = tokenizer().encode("🐍");
    assertThat(ids).hasSizeGreaterThan(1);
    Utf8Stream utf8 = new Utf8Stream();
    for (int i = 0; i < ids.length; i++) {
      String piece = utf8.append(tokenizer().bytes(ids[i]));
      assertThat(piece).isEqualTo(i == ids.length - 1 ? "🐍" : "");
    }
  }

  @Test
  void randomCharactersComeBack() {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        int character = random.nextInt(0x110000) >> (random.nextInt(4) * 5);
        boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        text.appendCodePoint(half ? 'x' : character);
      }
      assertThat(streamed(tokenizer().encode(text.toString()))).isEqualTo(text.toString());
    }
  }

  @Test
  void everyByteHasAnIdAndTheAlphabetIsExact() {
    boolean[] seen = new boolean[256];
    for (int id = 0; id < 256; id++) {
      assertThat(tokenizer().bytes(id)).hasSize(1);
      seen[Byte.toUnsignedInt(tokenizer().bytes(id)[0])] = true;
    }
    assertThat(seen).containsOnly(true);
  }

  @Test
  void aMegabyteIsEncodedInReasonableTime() {
    String text = "Now the serpent was more subtil than any beast 🐍 of the field; ".repeat(16_000);
    long[] ids = Assertions.assertTimeout(Duration.ofMinutes(1), () -> tokenizer().encode(text));
    assertThat(ids.length).isGreaterThan(100_000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Arrays.stream(ids).forEach(id -> bytes.writeBytes(tokenizer().bytes(id)));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void aModelWithMoreIdsHasSomeWithoutText() throws Exception {
    onEngine(
        () -> {
          try (Weights weights = makeWeights();
              TextTokenizer padded =
                  (TextTokenizer)
                      factory()
                          .blueprint(with(64, 50304, null, List.of()), frame())
                          .build(engine(), weights)) {
            assertThat(padded.bytes(50303)).isEmpty();
            assertThat(padded.encode("Hello world")).containsExactly(15496, 995);
          }
        });
  }

  @Test
  void aVocabularyThatDoesNotMatchIsRefused() throws Exception {
    onEngine(
        () -> {
          try (Weights weights = makeWeights()) {
            assertThatThrownBy(
                    () ->
                        factory()
                            .blueprint(with(64, 32000, null, List.of()), frame())
                            .build(engine(), weights))
                .isInstanceOf(PartException.class)
                .hasMessage(
                    "text.huggingface: vocabulary: expected at least the 50257 ids of"
                        + " tokenizer.json, found 32000");
          }
        });
  }
}
