package dev.seriatim.tokenizer.ids.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Tokens;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.tokenizer.ids.internal.IdsFactory.Configuration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdsTest {
  private static final Configuration GRID = new Configuration(16, 2, 2, 3, 0);

  private static Blueprint<Tokenizer> blueprint(Configuration configuration) {
    return new IdsFactory().blueprint(configuration, Frame.of(ConditionSpace.NONE));
  }

  private static Tokenizer tokenizer(Configuration configuration) {
    return blueprint(configuration).build(null, null);
  }

  private static Tokens tokens(int samples) {
    long[] ids = new long[samples * 6 * 2];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i * 5 % 16;
    }
    return new Tokens(samples, 6, 2, ids);
  }

  @Test
  void needsNoWeightsAndFixesLayoutAndTokens() {
    assertThat(blueprint(GRID).parameters()).isEmpty();
    assertThat(blueprint(GRID).frame().layout()).isEqualTo(new Grid(2, 3));
    assertThat(blueprint(GRID).frame().tokens()).isEqualTo(new TokenSpace.Discrete(16, 2));
    assertThat(blueprint(new Configuration(9, 1, 0, 0, 7)).frame().layout())
        .isEqualTo(new Sequence(7));
  }

  @Test
  void idsComeOutAsTheyWentIn() {
    Tokenizer tokenizer = tokenizer(GRID);
    Canvas canvas = tokenizer.encode(tokens(3), null);
    assertThat(canvas.settled(2)).isEqualTo(6);
    assertThat(tokenizer.decode(canvas, null)).isEqualTo(tokens(3));
    assertThat(tokenizer.decode(canvas.sample(0), null)).isEqualTo(tokens(1));
  }

  @Test
  void whatIsNotSettledIsUnknown() {
    Tokenizer tokenizer = tokenizer(GRID);
    Canvas canvas = tokenizer.encode(tokens(1), null);
    canvas.withdraw(0, 1);
    assertThat(((Tokens) tokenizer.decode(canvas, null)).ids())
        .containsExactly(0, 5, -1, -1, 4, 9, 14, 3, 8, 13, 2, 7);
  }

  @Test
  void refusesWhatIsNotItsIds() {
    Tokenizer tokenizer = tokenizer(GRID);
    assertThatThrownBy(() -> tokenizer.encode(new Images(1, 1, 1, 1, new float[1]), null))
        .isInstanceOf(PartException.class)
        .hasMessage("ids: media: expected ids, found Images");
    assertThatThrownBy(() -> tokenizer.encode(new Tokens(1, 5, 2, new long[10]), null))
        .isInstanceOf(PartException.class)
        .hasMessage("ids: media: expected 6×2 ids per sample, found 5×2");
    long[] beyond = new long[12];
    beyond[11] = 16;
    assertThatThrownBy(() -> tokenizer.encode(new Tokens(1, 6, 2, beyond), null))
        .isInstanceOf(PartException.class)
        .hasMessage("ids: media: expected ids from 0 to 15, found 16");
  }

  @Test
  void aSequenceBeginsBlankAndAsLongAsIsAskedFor() {
    Tokenizer sequence = tokenizer(new Configuration(9, 1, 0, 0, 7));
    List<Condition> two = List.of(Condition.NONE, Condition.NONE);
    assertThat(sequence.start(two, 0).layout()).isEqualTo(new Sequence(7));
    assertThat(sequence.start(two, 3).layout()).isEqualTo(new Sequence(3));
    assertThat(tokenizer(GRID).start(two, 0).layout()).isEqualTo(new Grid(2, 3));
    assertThatThrownBy(() -> sequence.start(two, 8))
        .isInstanceOf(PartException.class)
        .hasMessage("ids: length: expected at most 7 tokens, found 8");
    assertThatThrownBy(() -> sequence.start(List.of(new Condition.Text("a")), 0))
        .isInstanceOf(PartException.class)
        .hasMessage("ids: condition: expected none, as the tokenizer is elsewhere, found a text");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 2, 2, 0, vocabulary",
    "8, 0, 2, 2, 0, codebooks",
    "8, 1, 0, 0, 0, length",
    "8, 1, 2, 2, 4, length",
    "8, 1, 2, 0, 0, columns",
    "8, 1, 0, 2, 0, rows",
    "8, 1, 0, 0, -1, length"
  })
  void refusesSizesThatMakeNoLayout(
      int vocabulary, int codebooks, int rows, int columns, int length, String key) {
    assertThatThrownBy(
            () -> blueprint(new Configuration(vocabulary, codebooks, rows, columns, length)))
        .isInstanceOf(PartException.class)
        .hasMessageStartingWith("ids: " + key + ": expected ");
  }
}
