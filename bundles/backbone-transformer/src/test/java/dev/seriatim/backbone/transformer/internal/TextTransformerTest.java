package dev.seriatim.backbone.transformer.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.PartException;
import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory.Configuration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** GPT-2: biases, positions for the whole canvas and no more. */
class TextTransformerTest extends TextTransformerContract {
  @Override
  protected Configuration configuration() {
    return text(0, "refuse", true, "gelu-tanh");
  }

  @Test
  @DisplayName("6 Says no clearly: a context that is too long")
  void refusesLongContexts() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(10, 1);
          assertThatThrownBy(() -> open(canvas))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("context")
              .hasMessageContaining("9");
        });
  }
}
