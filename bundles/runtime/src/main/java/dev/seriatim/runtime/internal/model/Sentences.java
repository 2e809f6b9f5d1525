package dev.seriatim.runtime.internal.model;

import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.PartDescription;
import java.util.List;
import java.util.stream.Collectors;

/** Says in one sentence how things stand. */
final class Sentences {
  private Sentences() {}

  static String of(ModelStatus status) {
    String model = status.descriptor().name() + " " + status.descriptor().version();
    return switch (status.state()) {
      case UNWIRED, FAILED -> status.reason();
      case READY -> model + " is ready: its parts are there, and its weights load when first used";
      case WIRED -> model + " is wired to " + list(status.parts());
    };
  }

  /** The best of the parts with one id, and the models that are wired to it. */
  static String of(List<PartDescription> parts, List<ModelStatus> models) {
    String users =
        models.stream()
            .filter(model -> model.parts().contains(parts.get(0)))
            .map(model -> model.descriptor().name())
            .collect(Collectors.joining(", "));
    return list(parts)
        + (parts.size() == 1 ? " is there" : " are there")
        + (users.isEmpty() ? ", and no model uses it" : ", used by " + users);
  }

  private static String list(List<PartDescription> parts) {
    return parts.stream()
        .map(
            part ->
                part.kind() + " " + part.id() + " " + part.version() + " (" + part.bundle() + ")")
        .collect(Collectors.joining(", "));
  }
}
