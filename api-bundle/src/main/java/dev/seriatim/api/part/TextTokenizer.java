package dev.seriatim.api.part;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A tokenizer of texts. Its layout is a {@link Sequence} as long as the model's context; canvases
 * of requests may be shorter. One id per slot. Encoding and decoding of texts may be called from
 * any thread.
 */
@ConsumerType
public interface TextTokenizer extends Tokenizer {
  /**
   * The ids of a text, without those that begin or end a sequence.
   *
   * @throws PartException when the text holds what this tokenizer has no id for
   */
  long[] encode(String text);

  /**
   * The ids of a conversation up to where the model is to answer, with all that begins a sequence:
   * what the chat template of the model makes of it. The default has none.
   *
   * @throws PartException when there is no chat template, or it refuses the conversation
   */
  default long[] encode(Condition.Chat chat) {
    throw PartException.of(
        "tokenizer", "condition", "a text, as the model has no chat template", "a conversation");
  }

  /**
   * The bytes that an id stands for, in UTF-8; a character may be spread over several ids. Empty
   * for ids that stand for no text (begin, end, mask, padding).
   *
   * @throws PartException when there is no such id
   */
  byte[] bytes(long id);

  /** What a sequence begins with, before its prompt; may be empty. */
  long[] begin();

  /** Ids that end a sequence; may be empty. */
  Set<Long> ends();

  /**
   * A canvas that begins with prompts: for each sample the ids of {@link #begin} and of its {@link
   * Condition.Text}, or those of its {@link Condition.Chat}, are settled, and {@code length}
   * unknown slots follow. Where prompts are of different lengths, shorter samples end earlier
   * ({@link Canvas#length}).
   *
   * @param length slots to fill, at least 0; 0 for as many as the context has left
   * @throws PartException when a condition is none of these nor none, or prompt and length exceed
   *     the context
   */
  @Override
  default Canvas start(List<Condition> conditions, int length) {
    List<long[]> prompts = new ArrayList<>();
    int longest = 0;
    for (Condition condition : conditions) {
      long[] prompt = prompt(condition);
      prompts.add(prompt);
      longest = Math.max(longest, prompt.length);
    }
    int context = layout().slots();
    int room = length == 0 ? Math.max(context - longest, 0) : length;
    if ((long) longest + room > context || longest + room == 0) {
      throw PartException.of(
          "tokenizer",
          "context",
          "at most " + context + " tokens",
          longest + " tokens of the prompt and " + room + " to follow");
    }
    Canvas canvas = Canvas.blank(new Sequence(longest + room), tokens(), prompts.size());
    for (int sample = 0; sample < prompts.size(); sample++) {
      canvas.settle(sample, 0, prompts.get(sample));
      canvas.end(sample, prompts.get(sample).length + room);
    }
    return canvas;
  }

  @Override
  TokenSpace.Discrete tokens();

  private long[] prompt(Condition condition) {
    if (condition instanceof Condition.Chat chat) {
      return encode(chat);
    } else if (condition instanceof Condition.Text text) {
      return joined(begin(), encode(text.text()));
    } else if (condition instanceof Condition.None) {
      return begin();
    }
    throw PartException.of("tokenizer", "condition", "a text", condition.toString());
  }

  private static long[] joined(long[] first, long[] second) {
    long[] all = new long[first.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
