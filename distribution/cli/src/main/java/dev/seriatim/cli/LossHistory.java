package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The losses of a run and the measures on held-out data, by stage. Safe for several threads. */
final class LossHistory {
  /**
   * A value at a step.
   *
   * @param step from 1
   * @param value loss or measure
   */
  record Point(long step, double value) {}

  /**
   * What is known of a stage.
   *
   * @param losses of each batch, by step
   * @param measures by name, each by step
   */
  record Stage(List<Point> losses, Map<String, List<Point>> measures) {}

  private final Map<String, Stage> stages = new LinkedHashMap<>();

  /**
   * Begins a stage with what an interrupted run has left of it.
   *
   * @param folder of the run
   * @param done steps before the interruption; later ones in the files are done again
   */
  synchronized void begin(String name, Path folder, long done) {
    Stage stage = new Stage(new ArrayList<>(), new LinkedHashMap<>());
    stages.put(name, stage);
    for (List<String> row : rows(folder.resolve("losses.csv"), name, done)) {
      stage.losses.add(new Point(Long.parseLong(row.get(1)), Double.parseDouble(row.get(2))));
    }
    for (List<String> row : rows(folder.resolve("measures.csv"), name, done)) {
      measures(stage, row.get(2))
          .add(new Point(Long.parseLong(row.get(1)), Double.parseDouble(row.get(3))));
    }
  }

  /** The rows of a stage up to a step; the last row may be cut off where a run was killed. */
  private static List<List<String>> rows(Path file, String stage, long done) {
    if (done == 0 || !Files.isRegularFile(file)) {
      return List.of();
    }
    try {
      List<String> lines = Files.readAllLines(file);
      int cells = lines.isEmpty() ? 0 : lines.get(0).split(",").length;
      return lines.stream()
          .skip(1)
          .map(line -> List.of(line.split(",", -1)))
          .filter(row -> row.size() == cells && row.get(0).equals(stage))
          .filter(row -> Long.parseLong(row.get(1)) <= done)
          .toList();
    } catch (IOException | NumberFormatException e) {
      throw new SeriatimException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Adds the loss of a step. */
  synchronized void loss(String name, long step, double loss) {
    stages.get(name).losses.add(new Point(step, loss));
  }

  /** Adds a measure. */
  synchronized void measure(String name, long step, String measure, double value) {
    measures(stages.get(name), measure).add(new Point(step, value));
  }

  private static List<Point> measures(Stage stage, String measure) {
    return stage.measures.computeIfAbsent(measure, key -> new ArrayList<>());
  }

  /** A copy of all that there is, by stage. */
  synchronized Map<String, Stage> stages() {
    Map<String, Stage> copy = new LinkedHashMap<>();
    stages.forEach(
        (name, stage) -> {
          Map<String, List<Point>> measures = new LinkedHashMap<>();
          stage.measures.forEach((measure, points) -> measures.put(measure, List.copyOf(points)));
          copy.put(name, new Stage(List.copyOf(stage.losses), measures));
        });
    return copy;
  }
}
