package dev.seriatim.importing.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How checkpoints differ from what a model needs, in one sentence that names the first few. */
final class Differences {
  private static final int NAMED = 4;

  private final Set<String> missing = new LinkedHashSet<>();
  private final Set<String> unexpected = new LinkedHashSet<>();
  private final Set<String> shapes = new LinkedHashSet<>();

  void missing(String tensor) {
    missing.add(tensor);
  }

  void unexpected(String tensor) {
    unexpected.add(tensor);
  }

  void shape(String tensor, String expected, String found) {
    shapes.add(tensor + ": expected " + expected + ", found " + found);
  }

  /**
   * Refuses the checkpoints when there is any difference.
   *
   * @throws CheckpointException that names the first few of each kind
   */
  void refuse(String family, List<Checkpoint> checkpoints) {
    List<String> kinds = new ArrayList<>();
    add(kinds, "missing ", missing, ", ");
    add(kinds, "unexpected ", unexpected, ", ");
    add(kinds, "shape of ", shapes, ", of ");
    if (!kinds.isEmpty()) {
      throw new CheckpointException(
          String.join(", ", checkpoints.stream().map(c -> c.path().toString()).toList())
              + ": not as the family "
              + family
              + " expects: "
              + String.join("; ", kinds));
    }
  }

  private static void add(List<String> kinds, String kind, Set<String> found, String between) {
    if (!found.isEmpty()) {
      String first = String.join(between, found.stream().limit(NAMED).toList());
      String more = found.size() > NAMED ? " and " + (found.size() - NAMED) + " more" : "";
      kinds.add(kind + first + more);
    }
  }
}
