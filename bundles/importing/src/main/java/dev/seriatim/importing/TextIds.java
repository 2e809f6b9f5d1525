package dev.seriatim.importing;

import dev.seriatim.api.part.PartException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a text model says of its ids.
 *
 * @param vocabulary ids run from 0 to this, exclusive: as many as the model has logits
 * @param context most tokens of a sequence
 * @param begin ids that a sequence begins with; null for those that the tokenizer's file puts there
 * @param ends ids that end a sequence; may be empty
 */
public record TextIds(int vocabulary, int context, List<Long> begin, List<Long> ends) {
  /** Copies the lists. */
  public TextIds {
    begin = begin == null ? null : List.copyOf(begin);
    ends = List.copyOf(ends);
  }

  /**
   * The ids of a configuration in the layout of Hugging Face: what ends a sequence is its {@code
   * eos_token_id}, a number, a list or null. What begins one is left to the tokenizer's file, since
   * many a configuration has a {@code bos_token_id} that nothing ever puts there.
   *
   * @throws PartException when an id is not of the vocabulary
   */
  public static TextIds of(OfficialConfig config, int vocabulary, int context) {
    List<Long> ends = new ArrayList<>();
    if (config.has("eos_token_id")) {
      for (int id : config.integerOrList("eos_token_id")) {
        if (id < 0 || id >= vocabulary) {
          throw config.refuse("eos_token_id", "ids from 0 to " + (vocabulary - 1), id);
        }
        ends.add((long) id);
      }
    }
    return new TextIds(vocabulary, context, null, ends);
  }

  /** The same with other ids that end a sequence. */
  public TextIds withEnds(List<Long> ends) {
    return new TextIds(vocabulary, context, begin, ends);
  }

  /** The same with ids that a sequence begins with. */
  public TextIds withBegin(List<Long> begin) {
    return new TextIds(vocabulary, context, begin, ends);
  }
}
