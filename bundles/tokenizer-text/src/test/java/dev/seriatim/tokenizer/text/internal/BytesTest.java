package dev.seriatim.tokenizer.text.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.testkit.TextTokenizerContract;
import dev.seriatim.tokenizer.text.internal.BytesFactory.Configuration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BytesTest extends TextTokenizerContract<Configuration> {
  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new BytesFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(64, true, true, true);
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of(), true));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of("context", new Configuration(0, false, false, false));
  }

  @Override
  protected List<String> texts() {
    return List.of("In the beginning", "", "\0", "naïve", "日本語", "👩‍👩‍👧‍👦 family");
  }

  private static TextTokenizer plain() {
    return (TextTokenizer)
        new BytesFactory()
            .blueprint(
                new Configuration(4_000_000, false, false, false), Frame.of(ConditionSpace.NONE))
            .build(null, null);
  }

  @Test
  void theIdsBesideTheBytesFollowThem() {
    assertThat(tokenizer().tokens().vocabulary()).isEqualTo(259);
    assertThat(tokenizer().begin()).containsExactly(256);
    assertThat(tokenizer().ends()).containsExactly(257L);
    assertThat(tokenizer().encode("é")).containsExactly(0xC3, 0xA9);
    assertThat(plain().tokens().vocabulary()).isEqualTo(256);
    assertThat(plain().begin()).isEmpty();
    assertThat(plain().ends()).isEmpty();
  }

  @Test
  void whatIsUnknownBetweenShowsAsShade() {
    Canvas canvas = plain().encode(new Texts(List.of("a😀b")), null);
    canvas.withdraw(0, 2);
    String shown = ((Texts) plain().decode(canvas, null)).texts().get(0);
    assertThat(shown).startsWith("a" + TextPart.UNKNOWN).endsWith("b").hasSize(5);
    canvas.withdraw(0, 1);
    canvas.withdraw(0, 3);
    canvas.withdraw(0, 4);
    assertThat(plain().decode(canvas, null)).isEqualTo(new Texts(List.of("a░░░░b")));
  }

  @Test
  void aCharacterThatStaysIncompleteIsReplacedAtTheEndOnly() {
    Canvas canvas = plain().encode(new Texts(List.of("a😀")), null);
    canvas.withdraw(0, 4);
    assertThat(plain().decode(canvas, null)).isEqualTo(new Texts(List.of("a")));
    canvas.end(0, 4);
    assertThat(plain().decode(canvas, null)).isEqualTo(new Texts(List.of("a\uFFFD")));
  }

  @Test
  void aMegabyteIsNoTrouble() {
    String text = "Now the serpent was more subtil than any beast 🐍. ".repeat(20_000);
    Canvas canvas = plain().encode(new Texts(List.of(text)), null);
    assertThat(canvas.length(0)).isGreaterThan(1_000_000);
    assertThat(plain().decode(canvas, null)).isEqualTo(new Texts(List.of(text)));
  }
}
