package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.text.SettledText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Generates texts; a single one is printed while it settles. */
final class Writing {
  /** Tokens that are written where nobody says how many. */
  static final int LENGTH = 256;

  private final Generator generator;
  private final TextTokenizer tokenizer;
  private final List<Condition> prompts;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * A text that was written.
   *
   * @param prompt that it begins with; empty where it answers a conversation
   * @param text that was written after it
   * @param promptTokens tokens before those that were written
   * @param tokens that were written
   * @param ended whether the model ended it, before there was no more room
   */
  record Text(String prompt, String text, int promptTokens, int tokens, boolean ended) {
    /** Prompt and text. */
    String whole() {
      return prompt + text;
    }
  }

  /**
   * @param prompts conditions of the request
   * @param out for the text
   * @param err for progress
   */
  Writing(
      Generator generator,
      TextTokenizer tokenizer,
      List<Condition> prompts,
      PrintWriter out,
      PrintWriter err) {
    this.generator = generator;
    this.tokenizer = tokenizer;
    this.prompts = List.copyOf(prompts);
    this.out = out;
    this.err = err;
  }

  /**
   * The request that asks for texts.
   *
   * @param prompts a text, a conversation or none each; taken in turn
   * @param samples how many; 0 for one of each prompt
   * @param length tokens to write; 0 for {@value #LENGTH}, or what the context has left
   * @throws SeriatimException when a prompt cannot be served, or is too long
   */
  static GenerationRequest request(
      TextTokenizer tokenizer, List<Condition> prompts, int samples, int length) {
    List<Condition> turn = prompts.isEmpty() ? List.of(Condition.NONE) : prompts;
    int count = samples == 0 ? turn.size() : samples;
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      conditions.add(turn.get(i % turn.size()));
    }
    int longest =
        conditions.stream().limit(turn.size()).mapToInt(c -> tokens(tokenizer, c)).max().orElse(0);
    int left = tokenizer.layout().slots() - longest;
    int room = length == 0 ? Math.max(1, Math.min(left, LENGTH)) : length;
    tokenizer.start(conditions.subList(0, Math.min(count, turn.size())), room); // may refuse
    return GenerationRequest.of(conditions).withLength(room);
  }

  /** Tokens before the first that is written. */
  private static int tokens(TextTokenizer tokenizer, Condition prompt) {
    return prompt instanceof Condition.Chat chat
        ? tokenizer.encode(chat).length
        : tokenizer.begin().length + tokenizer.encode(shown(prompt)).length;
  }

  /** What a text begins with, as it is printed. */
  private static String shown(Condition prompt) {
    return prompt instanceof Condition.Text text ? text.text() : "";
  }

  /** Generates, with a bar for progress. */
  GenerationResult write(GenerationRequest request) throws InterruptedException {
    return Drawing.draw(generator, request, err);
  }

  /**
   * Generates one text and prints it, from its prompt on, as far as it is settled in order. What
   * settles in another order is printed at the end.
   */
  GenerationResult stream(GenerationRequest request) throws InterruptedException {
    Stream stream = new Stream();
    stream.print(shown(prompts.get(0)));
    try {
      GenerationResult result =
          Drawing.await(generator.start(request, event -> stream.print(event.canvas())));
      stream.end(texts(result).get(0));
      return result;
    } finally {
      stream.endLine();
    }
  }

  /** What was written in each sample. */
  List<Text> texts(GenerationResult result) {
    List<Text> texts = new ArrayList<>();
    Canvas canvas = result.canvas();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      int first = first(sample);
      SettledText text = new SettledText(tokenizer, sample, first);
      String written = text.update(canvas) + text.end();
      int length = canvas.length(sample);
      boolean ended = length > first && tokenizer.ends().contains(canvas.id(sample, length - 1, 0));
      texts.add(new Text(shown(prompts.get(sample)), written, first, length - first, ended));
    }
    return texts;
  }

  /** One line on how it went. */
  String summary(GenerationResult result) {
    GenerationResult.Statistics statistics = result.statistics();
    int tokens = texts(result).stream().mapToInt(Text::tokens).sum();
    return String.format(
        Locale.ROOT,
        "%s: %d tokens in %.2f s (%d steps, %.1f tokens a second)",
        generator.model().name(),
        tokens,
        statistics.seconds(),
        statistics.steps(),
        tokens / Math.max(statistics.seconds(), 1e-9));
  }

  private int first(int sample) {
    return tokens(tokenizer, prompts.get(sample));
  }

  /** What is printed while a text settles. */
  private final class Stream {
    private final SettledText text = new SettledText(tokenizer, 0, first(0));
    private final StringBuilder printed = new StringBuilder();
    private char last = '\n';

    /** What has settled since; on the engine's thread. */
    void print(Canvas canvas) {
      String more = text.update(canvas);
      printed.append(more);
      print(more);
    }

    void print(String more) {
      if (!more.isEmpty()) {
        last = more.charAt(more.length() - 1);
        out.print(more);
        out.flush();
        if (out.checkError()) {
          throw new SeriatimException("standard output: cannot be written any more");
        }
      }
    }

    /** The rest of the text; all of it again where it is not what was printed. */
    void end(Text written) {
      String whole = written.text();
      if (whole.startsWith(printed.toString())) {
        print(whole.substring(printed.length()));
      } else {
        endLine();
        print(written.whole());
      }
    }

    void endLine() {
      if (last != '\n') {
        last = '\n';
        out.println();
      }
    }
  }
}
