package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.part.PartException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiecesTest {
  private static Pieces pieces(String decoder, String vocabulary) {
    return Pieces.read(
        "{\"model\": {\"type\": \"x\", \"merges\": [\"a b\"], \"vocab\": "
            + vocabulary
            + "}, \"decoder\": "
            + decoder
            + ", \"added_tokens\": [{\"id\": 7, \"content\": \"<e>\", \"special\": true},"
            + " {\"id\": 8, \"content\": \"<t>\", \"special\": false}]}");
  }

  private static String spelled(Pieces pieces, int... ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(new String(pieces.bytes(id), StandardCharsets.UTF_8));
    }
    return pieces.whole(text.toString());
  }

  @Test
  void unigramsHaveTheIdsOfTheirPlaces() {
    Pieces pieces =
        pieces(
            "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"always\"}",
            "[[\"<unk>\", 0.0], [\"▁a\", -1.5], [\"b\", -2]]");
    assertThat(pieces.vocabulary()).isEqualTo(3);
    assertThat(spelled(pieces, 1, 2, 1)).isEqualTo("ab a");
    assertThat(spelled(pieces, 7, 8)).isEqualTo("<t>");
    assertThat(spelled(pieces, 1000)).isEmpty();
  }

  @Test
  void metaspaceMayBeginNothing() {
    String vocabulary = "{\"▁a\": 0}";
    assertThat(
            spelled(
                pieces("{\"type\": \"Metaspace\", \"prepend_scheme\": \"never\"}", vocabulary), 0))
        .isEqualTo(" a");
    assertThat(
            spelled(
                pieces("{\"type\": \"Metaspace\", \"add_prefix_space\": false}", vocabulary), 0))
        .isEqualTo(" a");
    assertThat(spelled(pieces("{\"type\": \"Metaspace\"}", vocabulary), 0, 0)).isEqualTo("a a");
  }

  @Test
  void wordPiecesAreJoined() {
    Pieces pieces =
        pieces(
            "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
            "{\"un\": 0, \"##aff\": 1, \"able\": 2, \".\": 3}");
    assertThat(spelled(pieces, 0, 1, 2, 3)).isEqualTo("unaff able.");
  }

  @Test
  void withoutADecoderTokensAreWords() {
    assertThat(spelled(pieces("null", "{\"a\": 0, \"b\": 1}"), 0, 1)).isEqualTo("a b");
  }

  @Test
  void whatIsNotOfTheAlphabetStandsForItself() {
    Pieces pieces = pieces("{\"type\": \"ByteLevel\"}", "{\"Ġa\": 0, \"Ġ €\": 1, \"Ã©\": 2}");
    assertThat(spelled(pieces, 0, 1, 2)).isEqualTo(" aĠ €é");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"CTC\"}",
        "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Strip\", \"start\": 1}]}",
        "{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"a+\"}, \"content\": \"\"}"
      })
  void decodersThatCannotBeFollowedAreRefused(String decoder) {
    assertThatThrownBy(() -> pieces(decoder, "{}"))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("text.huggingface: tokenizer.json: decoder: expected ByteLevel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"model\": 3}",
        "{\"model\": {\"vocab\": {\"a\": \"b\"}}}",
        "{\"model\": {"
      })
  void otherFilesAreRefused(String json) {
    assertThatThrownBy(() -> Pieces.read(json))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith(
            "text.huggingface: tokenizer.json: expected a description of a tokenizer, found ");
  }
}
