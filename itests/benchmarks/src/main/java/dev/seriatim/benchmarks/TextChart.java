package dev.seriatim.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws tokens per pass and speed-up of the causal model's ways of writing, side by side. */
final class TextChart {
  private TextChart() {}

  static void write(List<TextSchedulers.Row> rows, Path picture) throws IOException {
    List<TextSchedulers.Row> shown =
        rows.stream()
            .filter(row -> row.setting().model().equals("verse") && !row.setting().greedy())
            .toList();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(900)
            .height(520)
            .title("verse: tokens per pass of the model, and speed-up")
            .yAxisTitle("one token after the other = 1")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.getStyler().setXAxisLabelRotation(20);
    List<String> names = shown.stream().map(row -> label(row.setting().name())).toList();
    chart.addSeries("tokens per pass", names, shown.stream().map(row -> 1 / row.passes()).toList());
    chart.addSeries("speed-up", names, shown.stream().map(TextSchedulers.Row::speedUp).toList());
    BitmapEncoder.saveBitmap(chart, picture.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static String label(String name) {
    return name.replace("`", "").replace("speculative, ", "").replace(", speculative.ngram", "");
  }
}
