package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonObject;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.media.Texts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** BPE with byte fallback in the manner of SentencePiece, as LLaMA 2 has it. */
class SentencePieceTest extends HuggingFaceContract {
  private static final int BYTES_FROM = 3;
  private static final String LETTERS = "▁abcdefghijklmnopqrstuvwxyz.é";
  private static final List<String> MERGES =
      List.of("▁ t", "h e", "▁t he", "▁ a", "i n", "▁ ▁", "▁▁ ▁▁");

  private static final String FILE = file();

  private static String file() {
    JsonObject vocab = new JsonObject();
    for (String special : new String[] {"<unk>", "<s>", "</s>"}) {
      vocab.addProperty(special, vocab.size());
    }
    for (int value = 0; value < 256; value++) {
      vocab.addProperty(String.format("<0x%02X>", value), vocab.size());
    }
    LETTERS.codePoints().forEach(c -> vocab.addProperty(Character.toString(c), vocab.size()));
    MERGES.forEach(merge -> vocab.addProperty(merge.replace(" ", ""), vocab.size()));
    String merges = "\"" + String.join("\",\"", MERGES) + "\"";
    return """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [
           {"id": 0, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true},
           {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true},
           {"id": 2, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true}],
         "normalizer": {"type": "Sequence", "normalizers": [
           {"type": "Prepend", "prepend": "▁"},
           {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
         "pre_tokenizer": null,
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}}],
           "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "<s>", "type_id": 1}},
                    {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
         "decoder": {"type": "Sequence", "decoders": [
           {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
           {"type": "ByteFallback"}, {"type": "Fuse"},
           {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
         "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>",
           "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": true,
           "byte_fallback": true, "ignore_merges": false,
           "merges": [%s], "vocab": %s}}
        """
        .formatted(merges, vocab);
  }

  @Override
  FileWeights files() {
    return new FileWeights().with("tokenizer.json", FILE);
  }

  @Override
  int vocabulary() {
    return BYTES_FROM + 256 + LETTERS.length() + MERGES.size();
  }

  @Override
  List<Long> ends() {
    return List.of(2L);
  }

  @Override
  protected List<String> texts() {
    return List.of("the cat and the hat", "", "  two  spaces ", "\n\0 naïve", "👩‍👩‍👧‍👦");
  }

  @Test
  void aSequenceBeginsAsTheFileSays() {
    assertThat(tokenizer().begin()).containsExactly(1);
  }

  @Test
  void piecesSpellSpacesAndBytes() {
    int letters = BYTES_FROM + 256;
    assertThat(tokenizer().encode("the ")).containsExactly(letters + LETTERS.length() + 2, letters);
    assertThat(tokenizer().bytes(letters)).containsExactly(' ');
    assertThat(tokenizer().bytes(letters + LETTERS.length() + 2))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(" the");
    assertThat(tokenizer().bytes(BYTES_FROM + 0xF0)).containsExactly(0xF0);
    assertThat(tokenizer().bytes(2)).isEmpty();
    assertThat(tokenizer().encode("\n")).containsExactly(letters, BYTES_FROM + '\n');
  }

  @Test
  void decodesAsTheLibraryDoes() throws Exception {
    onEngine(
        () -> {
          try (HuggingFaceTokenizer library =
              HuggingFaceTokenizer.newInstance(
                  new ByteArrayInputStream(FILE.getBytes(StandardCharsets.UTF_8)), Map.of())) {
            for (String text : texts()) {
              long[] ids = tokenizer().encode(text);
              Canvas canvas = tokenizer().encode(new Texts(List.of(text)), null);
              assertThat(tokenizer().decode(canvas, null))
                  .isEqualTo(new Texts(List.of(library.decode(ids, true))));
            }
          }
        });
  }
}
