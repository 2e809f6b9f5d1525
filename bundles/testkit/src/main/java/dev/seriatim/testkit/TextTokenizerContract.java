package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every tokenizer of texts keeps. Its layout in the test should have at least some forty
 * slots.
 *
 * @param <C> its configuration
 */
public abstract class TextTokenizerContract<C extends Record> extends PartContract<Tokenizer, C> {
  /**
   * Texts that come back as they are, each within the context: of different lengths, one of them
   * empty, one with characters of several bytes where the tokenizer has them.
   */
  protected abstract List<String> texts();

  /** The part under test as what it is. */
  protected final TextTokenizer tokenizer() {
    return (TextTokenizer) part();
  }

  private Canvas encode(List<String> texts) {
    return part().encode(new Texts(texts), scope().manager());
  }

  private List<String> decode(Canvas canvas) {
    return ((Texts) part().decode(canvas, scope().manager())).texts();
  }

  private int context() {
    return tokenizer().layout().slots();
  }

  @Test
  @DisplayName("The blueprint's frame has the layout and the tokens of the part, a sequence of ids")
  void frameAgrees() {
    assertThat(part().layout()).isEqualTo(blueprint().frame().layout());
    assertThat(part().layout()).isInstanceOf(Sequence.class);
    assertThat(part().tokens()).isEqualTo(blueprint().frame().tokens());
    assertThat(tokenizer().tokens().codebooks()).isEqualTo(1);
  }

  @Test
  @DisplayName("Texts come back as they went in, each sample as long as its text")
  void roundTrip() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = encode(texts());
          assertThat(decode(canvas)).isEqualTo(texts());
          int longest = 1;
          for (int sample = 0; sample < texts().size(); sample++) {
            String text = texts().get(sample);
            int expected = tokenizer().begin().length + tokenizer().encode(text).length;
            assertThat(canvas.length(sample)).as(text).isEqualTo(expected);
            assertThat(canvas.settled(sample)).isEqualTo(canvas.layout().slots());
            longest = Math.max(longest, expected);
          }
          assertThat(canvas.layout()).isEqualTo(new Sequence(longest));
        });
  }

  @Test
  @DisplayName("The bytes of a text's ids are the text's, but for a space that begins them all")
  void bytesAreExact() throws Exception {
    onEngine(
        () -> {
          for (String text : texts()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (long id : tokenizer().encode(text)) {
              bytes.write(tokenizer().bytes(id));
            }
            String all = bytes.toString(StandardCharsets.UTF_8);
            assertThat(all).isIn(text, " " + text);
          }
        });
  }

  @Test
  @DisplayName("1 Deterministic, 2 batch-invariant: a text's ids are what they are alone")
  void batchInvariant() throws Exception {
    onEngine(
        () -> {
          Canvas batch = encode(texts());
          for (int sample = 0; sample < texts().size(); sample++) {
            Canvas alone = encode(texts().subList(sample, sample + 1));
            assertThat(alone.length(0)).isEqualTo(batch.length(sample));
            for (int slot = 0; slot < alone.length(0); slot++) {
              assertThat(alone.id(0, slot, 0)).isEqualTo(batch.id(sample, slot, 0));
            }
            assertThat(decode(batch.sample(sample))).isEqualTo(decode(alone));
          }
        });
  }

  @Test
  @DisplayName("Every id has bytes, those of begin and end none; no other id has")
  void idsHaveBytes() throws Exception {
    onEngine(
        () -> {
          int vocabulary = tokenizer().tokens().vocabulary();
          for (int id = 0; id < vocabulary; id++) {
            assertThat(tokenizer().bytes(id)).isNotNull();
          }
          for (long id : tokenizer().begin()) {
            assertThat(tokenizer().bytes(id)).isEmpty();
          }
          for (long id : tokenizer().ends()) {
            assertThat(tokenizer().bytes(id)).isEmpty();
          }
          for (long id : new long[] {-1, vocabulary, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> tokenizer().bytes(id))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("found " + id);
          }
        });
  }

  @Test
  @DisplayName("What it gives out cannot be changed from outside")
  void givesCopies() throws Exception {
    onEngine(
        () -> {
          long id = tokenizer().encode(longestText())[0];
          byte[] bytes = tokenizer().bytes(id);
          byte[] before = bytes.clone();
          bytes[0]++;
          assertThat(tokenizer().bytes(id)).isEqualTo(before);
          long[] begin = tokenizer().begin();
          if (begin.length > 0) {
            begin[0]++;
            assertThat(tokenizer().begin()[0]).isNotEqualTo(begin[0]);
          }
        });
  }

  @Test
  @DisplayName("A request begins with its prompts; unknown slots follow, as many for each sample")
  void startsWithPrompts() throws Exception {
    onEngine(
        () -> {
          List<Condition> prompts =
              texts().stream().map(text -> (Condition) new Condition.Text(text)).toList();
          Canvas canvas = tokenizer().start(prompts, 2);
          for (int sample = 0; sample < prompts.size(); sample++) {
            int known = canvas.length(sample) - 2;
            assertThat(canvas.isSettled(sample, known)).isFalse();
            assertThat(canvas.isSettled(sample, known + 1)).isFalse();
            for (int slot = 0; slot < known; slot++) {
              assertThat(canvas.isSettled(sample, slot)).isTrue();
            }
          }
          assertThat(decode(canvas)).isEqualTo(texts());
        });
  }

  @Test
  @DisplayName("A partly filled canvas decodes: what is unknown at the end does not show")
  void decodesPreviews() throws Exception {
    onEngine(
        () -> {
          String text = longestText();
          Canvas canvas = encode(List.of(text));
          int begin = tokenizer().begin().length;
          for (int slot = canvas.length(0) - 1; slot >= begin; slot--) {
            canvas.withdraw(0, slot);
            assertThat(text).startsWith(decode(canvas).get(0));
          }
          assertThat(decode(canvas)).containsExactly("");
        });
  }

  private String longestText() {
    return texts().stream().reduce("", (a, b) -> b.length() > a.length() ? b : a);
  }

  @Test
  @DisplayName("6 Says no clearly: other media, texts that are too long, halves of characters")
  void refusesWhatItCannotEncode() throws Exception {
    onEngine(
        () -> {
          assertThatThrownBy(
                  () -> part().encode(new Images(1, 1, 1, 1, new float[1]), scope().manager()))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("media: expected texts, found Images");
          String much = longestText().repeat(context());
          int tokens = tokenizer().begin().length + tokenizer().encode(much).length;
          assertThatThrownBy(() -> encode(List.of(much)))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("at most " + context() + " tokens")
              .hasMessageContaining("found " + tokens);
          assertThatThrownBy(() -> tokenizer().start(List.of(new Condition.Text(much)), 1))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("at most " + context() + " tokens")
              .hasMessageContaining("found " + tokens);
          for (String half : List.of("\uD83D", "a\uDE00b", "\uDE00\uD83D")) {
            assertThatThrownBy(() -> tokenizer().encode(half))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("expected well-formed UTF-16, found half of a surrogate");
          }
        });
  }
}
