package dev.seriatim.guides.text.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.canvas.Canvas;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PenaltiesTest extends TextGuideContract<PenaltiesFactory.Configuration> {
  private static final Offset<Float> CLOSE = within(1e-6f);

  PenaltiesTest() {
    super(
        new PenaltiesFactory(),
        new PenaltiesFactory.Configuration(2, 0.5, 0.25, 4),
        Map.of(
            "repetition", new PenaltiesFactory.Configuration(0, 0, 0, 0),
            "last", new PenaltiesFactory.Configuration(1, 0, 0, -1)));
  }

  @Test
  @DisplayName("Each time counts, among the last ids alone")
  void counts() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(1);
          canvas.settle(0, 2, tokenizer.encode("aab"));
          float[] bent = bent(canvas, 5, 1);
          assertThat(bent[(int) tokenizer.id("a")]).isCloseTo(-0.5f - 2 * 0.25f, CLOSE);
          assertThat(bent[(int) tokenizer.id("b")]).isCloseTo(-0.75f, CLOSE);
          assertThat(bent[(int) tokenizer.id("{")]).isCloseTo(-0.75f, CLOSE);
          assertThat(bent[(int) tokenizer.id("x")]).as("five back").isZero();
        });
  }

  @Test
  @DisplayName("The factor moves logits of either sign down")
  void factor() throws Exception {
    onEngine(
        () -> {
          float[] bent = bent(0, 1).toFloatArray();
          float[] plain = plain(0, 1).toFloatArray();
          for (String there : new String[] {"x", "{"}) {
            int id = (int) tokenizer.id(there);
            float factor = plain[id] > 0 ? plain[id] / 2 : plain[id] * 2;
            assertThat(bent[id]).isCloseTo(factor - 0.75f, within(1e-5f));
          }
          assertThat(bent[5]).isEqualTo(plain[5]);
        });
  }

  @Test
  @DisplayName("Guesses before a slot count, those after it do not")
  void guesses() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = canvas(1);
          propose(canvas, 2, "aa");
          float[] bent = bent(canvas, 2, 3);
          int vocabulary = tokenizer.tokens().vocabulary();
          int a = (int) tokenizer.id("a");
          assertThat(bent[a]).isZero();
          assertThat(bent[vocabulary + a]).isCloseTo(-0.75f, CLOSE);
          assertThat(bent[2 * vocabulary + a]).isCloseTo(-1f, CLOSE);
        });
  }
}
