package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesCsvTest {
  @TempDir private Path folder;

  private SeriesCsv read(String text) throws IOException {
    return SeriesCsv.read(Files.writeString(folder.resolve("series.csv"), text));
  }

  @Test
  void columnsAreSeriesAndDatesAreNot() throws IOException {
    SeriesCsv csv = read("date,a, b\n2024-01-01,1,2.5\n2024-01-02,,-3e2\n\n2024-01-03,4,5\n");
    assertThat(csv.columns()).extracting(SeriesCsv.Column::name).containsExactly("a", "b");
    assertThat(csv.columns().get(0).values()).containsExactly(1, Float.NaN, 4);
    assertThat(csv.named(List.of("b")).get(0).values()).containsExactly(2.5f, -300, 5);
    assertThat(csv.named(List.of())).hasSize(2);
  }

  @Test
  void aFileWithoutNamesHasNumberedColumns() throws IOException {
    SeriesCsv csv = read("1,x,3\n4,y\n");
    assertThat(csv.columns()).extracting(SeriesCsv.Column::name).containsExactly("1", "3");
    assertThat(csv.columns().get(1).values()).containsExactly(3, Float.NaN);
  }

  @Test
  void refusesWhatIsNoTableOfNumbers() throws IOException {
    assertThatThrownBy(() -> read("a,b\nx,y\n"))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("expected columns of numbers, found none");
    assertThatThrownBy(() -> read("")).hasMessageContaining("found none");
    assertThatThrownBy(() -> read("a\n1\nhigh\n"))
        .hasMessageContaining("row 3, column 1: expected a number or nothing, found high");
    SeriesCsv csv = read("a,b\n1,2\n");
    assertThatThrownBy(() -> csv.named(List.of("c")))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("--column: expected one of a, b, found c");
    assertThatThrownBy(() -> SeriesCsv.read(folder.resolve("none.csv")))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("cannot be read");
  }
}
