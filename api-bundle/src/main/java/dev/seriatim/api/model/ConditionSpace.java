package dev.seriatim.api.model;

import dev.seriatim.api.SeriatimException;
import java.util.List;

/**
 * What a model can be asked for.
 *
 * @param labels names of its classes, in order; empty when it takes no label
 * @param text whether it takes a text
 * @param featureTokens tokens of the caption features that it takes; 0 when it takes none
 * @param featureWidth numbers per token of these features
 */
public record ConditionSpace(
    List<String> labels, boolean text, int featureTokens, int featureWidth) {
  /** A model that takes no condition. */
  public static final ConditionSpace NONE = new ConditionSpace(List.of(), false);

  /** Copies the list. */
  public ConditionSpace {
    labels = List.copyOf(labels);
  }

  /** A model that takes labels, a text, or neither. */
  public ConditionSpace(List<String> labels, boolean text) {
    this(labels, text, 0, 0);
  }

  /**
   * The condition for a label's name.
   *
   * @throws SeriatimException when there is no such label; names those that exist
   */
  public Condition label(String name) {
    int index = labels.indexOf(name);
    if (index < 0) {
      throw new SeriatimException(
          labels.isEmpty()
              ? "label: this model takes no label, found '" + name + "'"
              : "label: expected one of " + abbreviated() + ", found '" + name + "'");
    }
    return new Condition.Label(index);
  }

  private String abbreviated() {
    return labels.size() <= 20
        ? String.join(", ", labels)
        : String.join(", ", labels.subList(0, 20)) + ", … (" + labels.size() + " in all)";
  }
}
