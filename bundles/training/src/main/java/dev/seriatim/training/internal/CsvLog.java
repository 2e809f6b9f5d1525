package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A table of the run, one line per event, each beginning with stage and step. A run that goes on
 * from a checkpoint first takes back what was written after it.
 */
final class CsvLog implements AutoCloseable {
  private final Path file;
  private final BufferedWriter writer;

  private CsvLog(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Opens a table to go on with.
   *
   * @param header names of the columns, the first two {@code stage,step}
   * @param finished stages whose lines are all kept
   * @param stage the stage that goes on
   * @param step lines of that stage are kept up to this one
   */
  static CsvLog open(Path file, String header, Set<String> finished, String stage, long step) {
    try {
      List<String> kept = new ArrayList<>(List.of(header));
      if (Files.exists(file)) {
        Files.readAllLines(file).stream()
            .skip(1)
            .filter(line -> isKept(line, header, finished, stage, step))
            .forEach(kept::add);
      }
      Path beside = file.resolveSibling(file.getFileName() + ".new");
      Files.write(beside, kept);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      return new CsvLog(file, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be written: " + e, e);
    }
  }

  /** The last line may be cut off where the process was killed. */
  private static boolean isKept(
      String line, String header, Set<String> finished, String stage, long step) {
    String[] cells = line.split(",", -1);
    return cells.length == header.split(",").length
        && (finished.contains(cells[0])
            || cells[0].equals(stage)
                && cells[1].matches("\\d{1,18}")
                && Long.parseLong(cells[1]) <= step);
  }

  /** Adds a line. */
  void add(Object... cells) {
    StringBuilder line = new StringBuilder();
    for (Object cell : cells) {
      line.append(line.isEmpty() ? "" : ",").append(cell);
    }
    try {
      writer.append(line).append('\n');
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be written: " + e, e);
    }
  }

  /** Hands what was added to the operating system: it outlives this process. */
  void flush() {
    try {
      writer.flush();
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be written: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be written: " + e, e);
    }
  }
}
