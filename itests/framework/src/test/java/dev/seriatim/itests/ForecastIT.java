package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The model of time series forecasts better than repeating the last season, and says so. */
class ForecastIT {
  /** Series that the model has not seen. */
  private static final Path HELD_OUT = Path.of(System.getProperty("seriatim.held-out"));

  @TempDir private Path folder;

  private Shell shell;

  @BeforeEach
  void copySeries() throws Exception {
    shell = new Shell(folder);
    Files.copy(HELD_OUT, folder.resolve("series.csv"));
  }

  @Test
  void isBetterThanRepeatingTheLastSeason() throws Exception {
    JsonObject document =
        shell
            .seriatim("forecast", "seasons", "series.csv", "--hold-out", "-n", "50", "--json")
            .json()
            .getAsJsonObject();
    double crps = 0;
    double naive = 0;
    double inside = 0;
    for (JsonElement series : document.getAsJsonArray("series")) {
      JsonObject scores = series.getAsJsonObject();
      crps += scores.get("crps").getAsDouble() / 20;
      naive += scores.get("naive").getAsDouble() / 20;
      inside += scores.get("inside").getAsDouble() / 20;
    }
    assertThat(document.getAsJsonArray("series")).hasSize(20);
    assertThat(crps).isLessThan(0.75 * naive);
    assertThat(inside).isBetween(0.65, 0.9);
  }

  @Test
  void writesQuantilesAndAPicture() throws Exception {
    shell
        .seriatim(
            "forecast",
            "seasons",
            "series.csv",
            "--column",
            "s4",
            "--horizon",
            "30",
            "-n",
            "10",
            "--quantiles",
            "0.1,0.5,0.9",
            "-o",
            "plot.png",
            "--csv",
            "out.csv")
        .succeeded();
    assertThat(ImageIO.read(folder.resolve("plot.png").toFile()).getWidth()).isEqualTo(900);
    List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
    assertThat(lines).hasSize(31);
    assertThat(lines.get(0)).isEqualTo("series,step,q0.1,q0.5,q0.9");
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      assertThat(cells[0]).isEqualTo("s4");
      assertThat(Float.parseFloat(cells[2])).isLessThanOrEqualTo(Float.parseFloat(cells[4]));
    }
    // The same seed, the same forecast; and beyond the canvas, by windows that move on.
    String again =
        shell
            .seriatim(
                "forecast",
                "seasons",
                "series.csv",
                "--column",
                "s4",
                "--horizon",
                "30",
                "-n",
                "10")
            .succeeded()
            .out();
    assertThat(again.lines().toList()).isEqualTo(lines);
    assertThat(
            shell
                .seriatim(
                    "forecast",
                    "seasons",
                    "series.csv",
                    "--column",
                    "s4",
                    "--horizon",
                    "130",
                    "-n",
                    "2")
                .succeeded()
                .out()
                .lines())
        .hasSize(131);
  }

  @Test
  void refusesWhatItCannotForecast() throws Exception {
    shell.seriatim("forecast", "digits-ar", "series.csv").failed(1, "a model of time series");
    shell.seriatim("forecast", "seasons", "none.csv").failed(1, "none.csv", "cannot be read");
    shell
        .seriatim("forecast", "seasons", "series.csv", "--column", "x")
        .failed(1, "--column", "expected one of s1", "found x");
    Files.writeString(folder.resolve("short.csv"), "a\n1\n2\n3\n");
    shell
        .seriatim("forecast", "seasons", "short.csv")
        .failed(1, "history", "expected at least 12 points");
  }
}
