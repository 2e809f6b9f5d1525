package dev.seriatim.text;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.TextTokenizer;

/**
 * The text of one sample as it settles, from its beginning: what can be shown while a generation
 * goes on, since what is settled in order does not change any more. Not thread-safe.
 *
 * <pre>{@code
 * SettledText text = new SettledText(tokenizer, 0, 0);
 * generator.start(request, event -> out.print(text.update(event.canvas())));
 * }</pre>
 */
public final class SettledText {
  private final TextTokenizer tokenizer;
  private final int sample;
  private final Utf8Stream utf8 = new Utf8Stream();
  private int next;

  /**
   * @param sample to follow
   * @param first slot whose text is wanted; 0 for all, with the prompt
   */
  public SettledText(TextTokenizer tokenizer, int sample, int first) {
    this.tokenizer = tokenizer;
    this.sample = sample;
    this.next = first;
  }

  /** The slot up to which the text has been given. */
  public int slot() {
    return next;
  }

  /**
   * The text that has settled since the last call: of the slots that are settled and have none
   * before them that is not. The bytes of a character that is not complete are held back.
   */
  public String update(Canvas canvas) {
    StringBuilder text = new StringBuilder();
    while (next < canvas.length(sample) && canvas.isSettled(sample, next)) {
      text.append(utf8.append(tokenizer.bytes(canvas.id(sample, next, 0))));
      next++;
    }
    return text.toString();
  }

  /** What is held back, when no more comes: U+FFFD for a character that stays incomplete. */
  public String end() {
    return utf8.end();
  }
}
