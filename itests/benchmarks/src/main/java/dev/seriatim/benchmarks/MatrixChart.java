package dev.seriatim.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;

/** Draws what a sample costs against how far it is from real data, a point for each setting. */
final class MatrixChart {
  private MatrixChart() {}

  static void write(List<Matrix.Row> rows, Path picture) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title("Quality and cost of a digit, by model and way of drawing")
            .xAxisTitle("milliseconds per image, one thread, 100 at a time")
            .yAxisTitle("Fréchet distance")
            .build();
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setMarkerSize(10);
    byModel(rows)
        .forEach(
            (model, own) ->
                chart.addSeries(
                    model,
                    own.stream()
                        .mapToDouble(row -> row.report().secondsPerSample() * 1e3)
                        .toArray(),
                    own.stream().mapToDouble(row -> row.report().frechet()).toArray()));
    BitmapEncoder.saveBitmap(chart, picture.toString(), BitmapEncoder.BitmapFormat.PNG);
  }

  private static Map<String, List<Matrix.Row>> byModel(List<Matrix.Row> rows) {
    Map<String, List<Matrix.Row>> byModel = new LinkedHashMap<>();
    for (Matrix.Row row : rows) {
      byModel.computeIfAbsent(row.setting().model(), name -> new ArrayList<>()).add(row);
    }
    return byModel;
  }
}
