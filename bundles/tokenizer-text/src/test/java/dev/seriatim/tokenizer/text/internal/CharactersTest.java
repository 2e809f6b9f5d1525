package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.testkit.TextTokenizerContract;
import dev.seriatim.tokenizer.text.internal.CharactersFactory.Configuration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharactersTest extends TextTokenizerContract<Configuration> {
  private static final String ALPHABET = "\n abcdeé😀";

  private static Configuration of(String alphabet, String unknown) {
    return new Configuration(48, alphabet, unknown, false, true, false);
  }

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new CharactersFactory();
  }

  @Override
  protected Configuration configuration() {
    return of(ALPHABET, "");
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of(), true));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "context", new Configuration(0, ALPHABET, "", false, false, false),
        "alphabet", of("abca", ""),
        "unknown", of(ALPHABET, "?"));
  }

  @Override
  protected List<String> texts() {
    return List.of("a bad bead", "", "é\n", "😀😀 dead bee 😀");
  }

  @Test
  void idsAreTheirPlacesInTheAlphabet() {
    assertThat(tokenizer().encode("\na😀")).containsExactly(0, 2, 8);
    assertThat(tokenizer().tokens().vocabulary()).isEqualTo(10);
    assertThat(tokenizer().ends()).containsExactly(9L);
  }

  @Test
  void othersAreRefusedOrStandInForByOne() {
    assertThatThrownBy(() -> tokenizer().encode("ab🐍"))
        .isInstanceOf(PartException.class)
        .hasMessage(
            "text.characters: text: expected characters of the alphabet, found '🐍' (U+1F40D)");
    TextTokenizer lenient =
        (TextTokenizer) factory().blueprint(of(ALPHABET, "e"), frame()).build(null, null);
    assertThat(lenient.encode("a🐍z")).containsExactly(2, 6, 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "aa", "a\uD800", "\uDC00b"})
  void alphabetsAreOfCharactersEachOnce(String alphabet) {
    Configuration bad = new Configuration(48, alphabet, "", false, false, false);
    assertThatThrownBy(() -> factory().blueprint(bad, frame()))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("text.characters: alphabet: expected ");
  }
}
