package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationListener.StepEvent;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.GenerationResult.Statistics;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.PartException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class WritingTest {
  private final ByteTokenizer tokenizer = new ByteTokenizer();
  private final StringWriter out = new StringWriter();
  private final List<String> seen = new ArrayList<>();

  /** Else the hook that the tests set up would wait for an end of the program. */
  @AfterAll
  static void nothingIsInProgress() {
    Interrupts.done();
  }

  /** Settles given slots of the first sample in a given order, and tells after each. */
  private record Scripted(ByteTokenizer tokenizer, long[] ids, int[] order, Runnable then)
      implements Generator {
    @Override
    public ModelDescriptor model() {
      return new ModelDescriptor(
          "m", "1.0.0", "", "", new ConditionSpace(List.of(), true), Map.of(), List.of(), Map.of());
    }

    @Override
    public Generation start(GenerationRequest request, GenerationListener listener) {
      Canvas canvas = tokenizer.start(request.conditions(), request.length());
      int first = canvas.settled(0);
      for (int place : order) {
        canvas.settle(0, first + place, new long[] {ids[place]});
        if (ids[place] == ByteTokenizer.END) {
          canvas.end(0, first + place + 1);
        }
        listener.onStep(new StepEvent(null, canvas, 0, null));
        then.run();
      }
      GenerationResult result =
          new GenerationResult(null, canvas, null, new Statistics(order.length, 2, 1, 0));
      return new Done(CompletableFuture.completedFuture(result));
    }

    @Override
    public GenerationResult generate(GenerationRequest request) {
      throw new UnsupportedOperationException();
    }
  }

  private record Done(CompletableFuture<GenerationResult> result) implements Generation {
    @Override
    public void cancel() {
      // It has ended already.
    }
  }

  private Writing writing(Generator generator, GenerationRequest request) {
    PrintWriter writer = new PrintWriter(out);
    return new Writing(generator, tokenizer, request.conditions(), writer, writer);
  }

  private Generator scripted(String text, int... order) {
    return new Scripted(tokenizer, tokenizer.encode(text), order, () -> seen.add(out.toString()));
  }

  @Test
  void aTextIsPrintedFromItsPromptOnAsItSettles() throws Exception {
    GenerationRequest request = Writing.request(tokenizer, text("In "), 0, 5);
    Writing writing = writing(scripted("a€!", 0, 1, 2, 3, 4), request);
    GenerationResult result = writing.stream(request);
    assertThat(seen).containsExactly("In a", "In a", "In a", "In a€", "In a€!");
    assertThat(out).hasToString("In a€!" + System.lineSeparator());
    assertThat(writing.texts(result)).containsExactly(new Writing.Text("In ", "a€!", 4, 5, false));
    assertThat(writing.summary(result))
        .isEqualTo("m: 5 tokens in 2.00 s (5 steps, 2.5 tokens a second)");
  }

  @Test
  void whatSettlesOutOfOrderWaits() throws Exception {
    GenerationRequest request = Writing.request(tokenizer, List.of(), 1, 3);
    writing(scripted("xyz", 2, 1, 0), request).stream(request);
    assertThat(seen).containsExactly("", "", "xyz");
  }

  @Test
  void halfACharacterAtTheEndIsReplaced() throws Exception {
    GenerationRequest request = Writing.request(tokenizer, text("a"), 1, 2);
    writing(scripted("€", 0, 1), request).stream(request);
    assertThat(out).hasToString("a\uFFFD" + System.lineSeparator());
  }

  @Test
  void anEndIsSeen() throws Exception {
    long[] ids = {'h', 'i', '\n', ByteTokenizer.END};
    GenerationRequest request = Writing.request(tokenizer, text("> "), 0, 9);
    Writing writing =
        writing(new Scripted(tokenizer, ids, new int[] {0, 1, 2, 3}, () -> {}), request);
    GenerationResult result = writing.stream(request);
    assertThat(out).hasToString("> hi\n");
    assertThat(writing.texts(result)).containsExactly(new Writing.Text("> ", "hi\n", 3, 4, true));
  }

  @Test
  void promptsAreTakenInTurnAndTheContextSetsTheLength() {
    GenerationRequest request = Writing.request(tokenizer, text("a", "", "abc"), 4, 0);
    assertThat(request.conditions())
        .containsExactly(
            new Condition.Text("a"),
            Condition.NONE,
            new Condition.Text("abc"),
            new Condition.Text("a"));
    assertThat(request.length()).isEqualTo(ByteTokenizer.CONTEXT - 1 - 3);
    assertThat(Writing.request(tokenizer, text("a", "b"), 0, 7).conditions()).hasSize(2);
    assertThat(Writing.request(tokenizer, List.of(), 0, 7).conditions())
        .containsExactly(Condition.NONE);
    List<Condition> full = text("x".repeat(ByteTokenizer.CONTEXT));
    assertThatThrownBy(() -> Writing.request(tokenizer, full, 0, 0))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("at most 40 tokens, found 41 tokens of the prompt");
  }

  @Test
  void ofAConversationTheAnswerAloneIsPrinted() throws Exception {
    Condition chat =
        CommandLine.populateCommand(new Prompts(), "--chat", "--system", "s", "-p", "u")
            .condition("u");
    assertThat(chat)
        .isEqualTo(
            new Condition.Chat(
                List.of(
                    new Condition.Chat.Message("system", "s"),
                    new Condition.Chat.Message("user", "u"))));
    GenerationRequest request = Writing.request(tokenizer, List.of(chat), 0, 2);
    Writing writing = writing(scripted("hi", 0, 1), request);
    GenerationResult result = writing.stream(request);
    assertThat(out).hasToString("hi" + System.lineSeparator());
    assertThat(writing.texts(result)).containsExactly(new Writing.Text("", "hi", 8, 2, false));
  }

  private static List<Condition> text(String... prompts) {
    return Arrays.stream(prompts).map(new Prompts()::condition).toList();
  }

  @Test
  void severalTextsAreToldApart() {
    List<Writing.Text> texts =
        List.of(new Writing.Text("a", "b", 1, 1, false), new Writing.Text("", "c\n", 0, 2, false));
    new TextOutput(texts, 3).print(new PrintWriter(out));
    assertThat(out).hasToString("--- sample 3 ---\nab\n--- sample 4 ---\nc\n");
  }
}
