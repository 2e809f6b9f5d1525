package dev.seriatim.runtime.internal.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndingsTest {
  private static final int END = 0;
  private static final int BEGIN = 1;

  /** Latin letters by their code; 0 ends, 1 begins. */
  private record Letters(int context) implements TextTokenizer {
    @Override
    public long[] encode(String text) {
      return text.chars().asLongStream().toArray();
    }

    @Override
    public byte[] bytes(long id) {
      return id < 2 ? new byte[0] : String.valueOf((char) id).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public long[] begin() {
      return new long[] {BEGIN};
    }

    @Override
    public Set<Long> ends() {
      return Set.of((long) END);
    }

    @Override
    public Layout layout() {
      return new Sequence(context);
    }

    @Override
    public TokenSpace.Discrete tokens() {
      return new TokenSpace.Discrete(128, 1);
    }

    @Override
    public Canvas encode(Media media, NDManager scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Media decode(Canvas canvas, NDManager scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private final Letters letters = new Letters(8);

  private Canvas start(int length, String... prompts) {
    List<Condition> texts = Arrays.stream(prompts).<Condition>map(Condition.Text::new).toList();
    return letters.start(texts, length);
  }

  @Test
  void promptsOfDifferentLengthsEndEachAtTheirOwnPlace() {
    Canvas canvas = start(2, "abc", "a");
    assertThat(canvas.layout()).isEqualTo(new Sequence(6));
    assertThat(canvas.length(0)).isEqualTo(6);
    assertThat(canvas.length(1)).isEqualTo(4);
    assertThat(canvas.isSettled(0, 3)).isTrue();
    assertThat(canvas.isSettled(1, 2)).isFalse();
    assertThat(canvas.id(1, 0, 0)).isEqualTo(BEGIN);
    assertThat(canvas.id(1, 1, 0)).isEqualTo('a');
  }

  @Test
  void withoutALengthTheContextIsFilled() {
    assertThat(start(0, "abc").layout()).isEqualTo(new Sequence(8));
  }

  @Test
  void aPromptThatDoesNotFitIsRefusedWithBothNumbers() {
    assertThatThrownBy(() -> start(3, "abcde"))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("at most 8 tokens")
        .hasMessageContaining("6 tokens of the prompt and 3 to follow");
  }

  @Test
  void aSampleEndsAtItsFirstEndAndOthersGoOn() {
    Canvas canvas = start(4, "ab", "ab");
    Endings endings = new Endings(letters, canvas);
    canvas.settle(0, 3, new long[] {END});
    canvas.settle(1, 3, new long[] {'x'});
    endings.apply(canvas);
    assertThat(canvas.length(0)).isEqualTo(4);
    assertThat(canvas.length(1)).isEqualTo(7);
  }

  @Test
  void anEndCountsOnceEverythingBeforeItIsSettled() {
    Canvas canvas = start(4, "ab");
    Endings endings = new Endings(letters, canvas);
    canvas.settle(0, 4, new long[] {END});
    endings.apply(canvas);
    assertThat(canvas.length(0)).isEqualTo(7);
    canvas.settle(0, 3, new long[] {'x'});
    endings.apply(canvas);
    assertThat(canvas.length(0)).isEqualTo(5);
  }

  @Test
  void anEndWithinThePromptDoesNotCount() {
    Canvas canvas = start(2, "a" + (char) END + "b");
    Endings endings = new Endings(letters, canvas);
    canvas.settle(0, 4, new long[] {'x'});
    endings.apply(canvas);
    assertThat(canvas.length(0)).isEqualTo(6);
  }
}
