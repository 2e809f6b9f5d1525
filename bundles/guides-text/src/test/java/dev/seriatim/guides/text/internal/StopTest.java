package dev.seriatim.guides.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.PartException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StopTest extends TextGuideContract<StopFactory.Configuration> {
  StopTest() {
    super(
        new StopFactory(),
        new StopFactory.Configuration(List.of("é!", "ab")),
        Map.of("strings", new StopFactory.Configuration(List.of(""))));
  }

  private boolean ends(Canvas canvas, int slot) {
    float[] bent = bent(canvas, slot, 1);
    boolean ended = Float.isInfinite(bent[1]);
    for (int id = 0; id < bent.length; id++) {
      assertThat(Float.isFinite(bent[id])).isEqualTo(!ended || id == PieceTokenizer.END);
    }
    return ended;
  }

  @Test
  @DisplayName("A string that is spread over ids, cut within a character, ends the text")
  void ends() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(1);
          canvas.settle(0, 2, tokenizer.encode("é"));
          assertThat(ends(canvas, 4)).isFalse();
          canvas.settle(0, 4, tokenizer.encode("!"));
          assertThat(ends(canvas, 5)).isTrue();
        });
  }

  @Test
  @DisplayName("What is within one id, and what came before, count too")
  void withinAnId() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(1);
          canvas.settle(0, 2, new long[] {tokenizer.id("ab"), tokenizer.id("c")});
          assertThat(ends(canvas, 4)).isTrue();
        });
  }

  @Test
  @DisplayName("The prompt does not count")
  void notThePrompt() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = super.canvas(1);
          assertThat(ends(canvas, 2)).isFalse();
        });
  }

  @Test
  @DisplayName("Guesses before a slot count as if they were settled")
  void guesses() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(1);
          propose(canvas, 2, "xabx");
          float[] bent = bent(canvas, 2, 5);
          int vocabulary = tokenizer.tokens().vocabulary();
          for (int i = 0; i < 5; i++) {
            assertThat(Float.isInfinite(bent[i * vocabulary + 1]))
                .as("slot %d", i)
                .isEqualTo(i >= 3);
          }
        });
  }

  @Test
  @DisplayName("Slots out of order are refused")
  void order() throws Exception {
    onEngine(
        () ->
            assertThatThrownBy(() -> bent(canvas(1), 5, 1))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("left to right"));
  }
}
