package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.training.Evaluator.TextOptions;
import dev.seriatim.api.training.Evaluator.TextReport;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped models of texts predict text that they were not trained on, and write. */
class TextModelsIT {
  private static final String PROMPT = "In the beginning";

  /** Bytes of the held-out text that comes with the models. */
  private static final int HELD_OUT = 82_707;

  private static Seriatim seriatim;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    seriatim = Systems.all();
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  // xz -9 needs 1.73 bits for each byte of it once it has seen all that comes before.
  @Test
  void heldOutTextTakesFewerBitsThanCompressed() {
    TextReport report = evaluate("verse", new TextOptions(null, 0, 1, 0));
    assertThat(report.bytes()).isEqualTo(HELD_OUT);
    assertThat(report.tokens()).isEqualTo(HELD_OUT);
    assertThat(report.bound()).isFalse();
    assertThat(report.bitsPerByte()).isBetween(1.2, 1.6);
  }

  @Test
  void aTextOfOurOwnIsMeasuredToo() throws IOException {
    Path text = Files.writeString(folder.resolve("own.txt"), "And he said unto them, ".repeat(40));
    TextReport report = evaluate("verse", new TextOptions(text, 128, 4, 1));
    assertThat(report.window()).isEqualTo(128);
    assertThat(report.bytes()).isEqualTo(920);
    assertThat(report.bound()).isFalse();
    assertThat(report.bitsPerByte()).isBetween(0.05, 2.2);
  }

  @Test
  void writesOnFromAPrompt() {
    String model = "verse";
    String text = write(model, null, 3);
    assertThat(text).startsWith(PROMPT).hasSize(PROMPT.length() + 60);
    assertThat(text).matches("[A-Za-z '(),\\-.:;?!\\n]*");
    assertThat(write(model, null, 3)).isEqualTo(text);
    assertThat(write(model, null, 4)).isNotEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"speculative", "speculative.ngram", "jacobi"})
  void losslessSchedulersWriteTheSame(String scheduler) {
    assertThat(write("verse", new PartChoice(scheduler, "", Map.of()), 5))
        .isEqualTo(write("verse", null, 5));
  }

  @Test
  void refusesWhatItCannotMeasureOrWrite() {
    assertThatThrownBy(() -> evaluate("verse", new TextOptions(null, 1000, 1, 0)))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("window: expected 1 to 384 tokens, found 1000");
    assertThatThrownBy(() -> evaluate("digits-ar", new TextOptions(null, 0, 1, 0)))
        .isInstanceOf(SeriatimException.class);
    GenerationRequest tooLong =
        GenerationRequest.of(new Condition.Text(PROMPT), 1).withLength(1000);
    assertThatThrownBy(() -> seriatim.generator("verse").generate(tooLong))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("context: expected at most 384 tokens");
  }

  private static TextReport evaluate(String model, TextOptions options) {
    return seriatim.evaluator().evaluate(model, options, (done, all) -> {});
  }

  private static String write(String model, PartChoice scheduler, long seed) {
    GenerationRequest request =
        GenerationRequest.of(new Condition.Text(PROMPT), 1).withSeed(seed).withLength(60);
    GenerationResult result =
        seriatim
            .generator(model)
            .generate(scheduler == null ? request : request.withScheduler(scheduler));
    return ((Texts) result.media()).texts().get(0);
  }
}
