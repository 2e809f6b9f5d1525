package dev.seriatim.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettledTextTest {
  private static final byte[] SMILE = "😀!".getBytes(StandardCharsets.UTF_8);

  private final TextTokenizer tokenizer = new Bytes();
  private final Canvas canvas = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 2);

  private void settle(int sample, int first, int... ids) {
    long[] values = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      values[i] = ids[i] & 0xFF;
    }
    canvas.settle(sample, first, values);
  }

  @Test
  void onlyWhatIsSettledInOrderIsGiven() {
    SettledText text = new SettledText(tokenizer, 1, 0);
    assertThat(text.update(canvas)).isEmpty();
    settle(1, 0, 'a');
    settle(1, 2, 'c');
    settle(0, 0, 'x', 'y');
    assertThat(text.update(canvas)).isEqualTo("a");
    assertThat(text.update(canvas)).isEmpty();
    settle(1, 1, 'b');
    assertThat(text.update(canvas)).isEqualTo("abc".substring(1));
    assertThat(text.slot()).isEqualTo(3);
    assertThat(text.end()).isEmpty();
  }

  @Test
  void halfACharacterIsHeldBack() {
    SettledText text = new SettledText(tokenizer, 0, 0);
    settle(0, 0, SMILE[0], SMILE[1]);
    assertThat(text.update(canvas)).isEmpty();
    settle(0, 2, SMILE[2], SMILE[3], SMILE[4]);
    assertThat(text.update(canvas)).isEqualTo("😀!");
    settle(0, 5, SMILE[0]);
    assertThat(text.update(canvas)).isEmpty();
    assertThat(text.end()).isEqualTo("\uFFFD");
  }

  @Test
  void aPromptMayBeLeftOutAndAnEndIsAnEnd() {
    SettledText text = new SettledText(tokenizer, 0, 2);
    settle(0, 0, 'a', 'b', 'c');
    canvas.end(0, 4);
    assertThat(text.update(canvas)).isEqualTo("c");
    settle(0, 3, 'd');
    assertThat(text.update(canvas)).isEqualTo("d");
    assertThat(text.update(canvas)).isEmpty();
  }

  /** An id is a byte. */
  private static final class Bytes implements TextTokenizer {
    @Override
    public Layout layout() {
      return new Sequence(8);
    }

    @Override
    public TokenSpace.Discrete tokens() {
      return new TokenSpace.Discrete(256, 1);
    }

    @Override
    public byte[] bytes(long id) {
      return new byte[] {(byte) id};
    }

    @Override
    public long[] begin() {
      return new long[0];
    }

    @Override
    public Set<Long> ends() {
      return Set.of();
    }

    @Override
    public long[] encode(String text) {
      throw new UnsupportedOperationException(text);
    }

    @Override
    public Canvas encode(Media media, NDManager scope) {
      throw new UnsupportedOperationException(media.toString());
    }

    @Override
    public Media decode(Canvas canvas, NDManager scope) {
      throw new UnsupportedOperationException(canvas.toString());
    }
  }
}
