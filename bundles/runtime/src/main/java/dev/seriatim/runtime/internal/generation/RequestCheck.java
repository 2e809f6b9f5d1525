package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;

/** Refuses requests that the model cannot serve, before any work. */
final class RequestCheck {
  private RequestCheck() {}

  static void conditions(String model, ConditionSpace space, GenerationRequest request) {
    for (Condition condition : request.conditions()) {
      if (condition instanceof Condition.Label label) {
        label(model, space, label.index());
      } else if (condition instanceof Condition.Text && !space.text()) {
        throw new SeriatimException(
            model + ": condition: expected " + accepted(space) + ", found a text");
      } else if (condition instanceof Condition.Chat && !space.text()) {
        throw new SeriatimException(
            model + ": condition: expected " + accepted(space) + ", found a conversation");
      } else if (condition instanceof Condition.Features features
          && (features.valid().length != space.featureTokens()
              || features.width() != space.featureWidth())) {
        throw new SeriatimException(
            model + ": condition: expected " + accepted(space) + ", found " + features);
      }
    }
  }

  static void start(String model, Frame frame, Canvas start) {
    if (start == null) {
      return;
    }
    if (!start.layout().equals(frame.layout()) && !isShorter(start.layout(), frame.layout())) {
      throw refused(model, "layout", frame.layout(), start.layout());
    }
    if (!start.tokenSpace().equals(frame.tokens())) {
      throw refused(model, "tokens", frame.tokens(), start.tokenSpace());
    }
  }

  private static boolean isShorter(Layout start, Layout frame) {
    return start instanceof Sequence own
        && frame instanceof Sequence whole
        && own.length() <= whole.length();
  }

  /** A condition as a user writes it. */
  static String written(Condition condition, ConditionSpace space) {
    if (condition instanceof Condition.Label label) {
      return "label=" + space.labels().get(label.index());
    } else if (condition instanceof Condition.Text text) {
      return "text=" + text.text();
    }
    return condition instanceof Condition.None ? "none" : condition.toString();
  }

  private static void label(String model, ConditionSpace space, int index) {
    if (space.labels().isEmpty()) {
      throw new SeriatimException(
          model + ": condition: expected " + accepted(space) + ", found the label " + index);
    }
    if (index < 0 || index >= space.labels().size()) {
      throw new SeriatimException(
          model + ": label: expected 0 to " + (space.labels().size() - 1) + ", found " + index);
    }
  }

  private static String accepted(ConditionSpace space) {
    if (space.featureTokens() > 0) {
      return "features of " + space.featureTokens() + "×" + space.featureWidth() + " or none";
    }
    if (space.text()) {
      return space.labels().isEmpty() ? "a text or none" : "a label, a text or none";
    }
    return space.labels().isEmpty() ? "none" : "a label or none";
  }

  private static SeriatimException refused(
      String model, String what, Object expected, Object found) {
    return new SeriatimException(
        model + ": start: " + what + ": expected " + expected + ", found " + found);
  }
}
