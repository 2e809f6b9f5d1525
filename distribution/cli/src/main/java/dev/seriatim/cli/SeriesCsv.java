package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Time series in a CSV file: each column a series, each row a point in time. A first row of names
 * is one whose cells are no numbers; columns that hold texts, such as dates, are passed over.
 *
 * @param columns in the order of the file
 */
record SeriesCsv(List<Column> columns) {
  /** Copies the list. */
  SeriesCsv {
    columns = List.copyOf(columns);
  }

  /**
   * A series.
   *
   * @param name from the first row; else its number, from 1
   * @param values one for each point in time; not a number where the cell is empty
   */
  record Column(String name, float[] values) {}

  /**
   * Reads a file.
   *
   * @throws SeriatimException when it cannot be read, or has no column of numbers
   */
  static SeriesCsv read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
    List<String[]> rows = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank()) {
        rows.add(line.split(",", -1));
      }
    }
    List<Column> columns = new ArrayList<>();
    int width = rows.isEmpty() ? 0 : rows.get(0).length;
    boolean named = width > 0 && isHeader(rows.get(0));
    List<String[]> body = rows.subList(named ? 1 : 0, rows.size());
    for (int i = 0; i < width; i++) {
      int column = i;
      if (body.stream().anyMatch(row -> isNumber(cell(row, column)))) {
        String name = named ? cell(rows.get(0), i) : String.valueOf(i + 1);
        columns.add(new Column(name, values(file, body, i, named ? 2 : 1)));
      }
    }
    if (columns.isEmpty()) {
      throw new SeriatimException(file + ": expected columns of numbers, found none");
    }
    return new SeriesCsv(columns);
  }

  /** Those of the columns that are named, in that order; all where none is. */
  List<Column> named(List<String> names) {
    if (names.isEmpty()) {
      return columns;
    }
    return names.stream().map(this::named).toList();
  }

  private Column named(String name) {
    return columns.stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SeriatimException(
                    "--column: expected one of "
                        + String.join(", ", columns.stream().map(Column::name).toList())
                        + ", found "
                        + name));
  }

  private static boolean isHeader(String[] row) {
    for (int i = 0; i < row.length; i++) {
      if (isNumber(cell(row, i))) {
        return false;
      }
    }
    return true;
  }

  private static float[] values(Path file, List<String[]> body, int column, int firstRow) {
    float[] values = new float[body.size()];
    for (int row = 0; row < values.length; row++) {
      String cell = cell(body.get(row), column);
      if (!cell.isEmpty() && !isNumber(cell)) {
        throw new SeriatimException(
            file
                + ": row "
                + (firstRow + row)
                + ", column "
                + (column + 1)
                + ": expected a number or nothing, found "
                + cell);
      }
      values[row] = cell.isEmpty() ? Float.NaN : Float.parseFloat(cell);
    }
    return values;
  }

  private static String cell(String[] row, int column) {
    return column < row.length ? row[column].strip() : "";
  }

  private static boolean isNumber(String cell) {
    try {
      return Float.isFinite(Float.parseFloat(cell));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
