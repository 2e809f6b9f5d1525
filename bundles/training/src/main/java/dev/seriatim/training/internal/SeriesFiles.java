package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.SeriesDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads time series: a CSV file, or those of a folder in the order of their names. Each column is a
 * series and each row a point in time; a first row of names and columns that hold texts, such as
 * dates, are passed over; an empty cell was not observed. The last series are held out.
 */
final class SeriesFiles {
  private static final String SUFFIX = ".csv";

  private SeriesFiles() {}

  static SeriesDataSet open(Path place, Settings options) {
    double share = options.number("held-out", 0, 0.9, 0.1);
    options.refuseOthers();
    List<float[]> all = new ArrayList<>();
    for (Path file : files(place)) {
      all.addAll(read(file));
    }
    int train = (int) Math.round(all.size() * (1 - share));
    if (train == 0) {
      throw new SeriatimException(
          place + ": expected columns of numbers in files .csv, found " + all.size());
    }
    return new SeriesDataSet(
        place.toString(), all.subList(0, train), all.subList(train, all.size()));
  }

  private static List<Path> files(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new SeriatimException(place + ": cannot be read: " + e, e);
    }
  }

  private static List<float[]> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
    List<float[]> columns = new ArrayList<>();
    if (lines.size() < 2) {
      return columns;
    }
    String[][] cells = lines.stream().map(line -> line.split(",", -1)).toArray(String[][]::new);
    for (int column = 0; column < cells[0].length; column++) {
      if (isNumber(cell(cells[1], column))) {
        columns.add(column(file, cells, column));
      }
    }
    return columns;
  }

  private static float[] column(Path file, String[][] cells, int column) {
    int first = isNumber(cell(cells[0], column)) ? 0 : 1;
    float[] values = new float[cells.length - first];
    for (int row = first; row < cells.length; row++) {
      String cell = cell(cells[row], column);
      if (!isNumber(cell)) {
        throw new SeriatimException(
            file
                + ": row "
                + (row + 1)
                + ", column "
                + (column + 1)
                + ": expected a number or nothing, found "
                + cell);
      }
      values[row - first] = cell.isEmpty() ? Float.NaN : Float.parseFloat(cell);
    }
    return values;
  }

  private static String cell(String[] row, int column) {
    return column < row.length ? row[column].strip() : "";
  }

  private static boolean isNumber(String cell) {
    if (cell.isEmpty()) {
      return true;
    }
    try {
      return Float.isFinite(Float.parseFloat(cell));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
