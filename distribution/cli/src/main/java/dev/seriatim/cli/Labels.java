package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The conditions of a request, from labels as people write them, and back. */
final class Labels {
  private static final String NONE = "none";
  private static final String LABEL = "label=";

  private Labels() {}

  /**
   * One condition per sample: the labels in turn.
   *
   * @param labels names, each perhaps several joined by commas; empty for every label of the model
   * @param samples how many; 0 for one of each
   * @throws SeriatimException when there is no such label; names those that there are
   */
  static List<Condition> conditions(ConditionSpace space, List<String> labels, int samples) {
    List<Condition> turn = new ArrayList<>();
    for (String text : labels) {
      // A label's own name may have commas.
      List<String> names = space.labels().contains(text) ? List.of(text) : List.of(text.split(","));
      names.forEach(name -> turn.add(condition(space, name.strip())));
    }
    if (turn.isEmpty()) {
      space.labels().forEach(name -> turn.add(space.label(name)));
    }
    if (turn.isEmpty()) {
      turn.add(Condition.NONE);
    }
    int count = samples == 0 ? turn.size() : samples;
    return IntStream.range(0, count).mapToObj(i -> turn.get(i % turn.size())).toList();
  }

  private static Condition condition(ConditionSpace space, String name) {
    return name.equals(NONE) && !space.labels().contains(NONE) ? Condition.NONE : space.label(name);
  }

  /**
   * A condition as a manifest writes it.
   *
   * @throws SeriatimException when it is not understood, or there is no such label
   */
  static Condition ofManifest(ConditionSpace space, String text) {
    if (text.equals(NONE)) {
      return Condition.NONE;
    }
    if (text.startsWith(LABEL)) {
      return space.label(text.substring(LABEL.length()));
    }
    throw new SeriatimException("manifest: conditions: expected none or label=NAME, found " + text);
  }
}
