package dev.seriatim.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the losses of a run: a chart for each stage, one below the other. */
final class LossChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;

  /** More points than this are not seen. */
  private static final int POINTS = 1500;

  /** The smooth line averages over this share of the steps so far, and at least over so many. */
  private static final double WINDOW = 0.02;

  private static final int LEAST_WINDOW = 10;

  /** Losses that span more than this factor are shown on a logarithmic axis. */
  private static final double LOGARITHMIC = 8;

  private static final Color FAINT = new Color(0xB8C9DC);
  private static final Color STRONG = new Color(0x1F4E79);
  private static final Color HELD_OUT = new Color(0xC0504D);

  private LossChart() {}

  /** Draws the stages that have a loss; null when none has. */
  static BufferedImage draw(Map<String, LossHistory.Stage> stages) {
    List<XYChart> charts = new ArrayList<>();
    stages.forEach(
        (name, stage) -> {
          if (!stage.losses().isEmpty()) {
            charts.add(chart(name, stage));
          }
        });
    if (charts.isEmpty()) {
      return null;
    }
    BufferedImage picture =
        new BufferedImage(WIDTH, HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < charts.size(); i++) {
      Graphics2D graphics = (Graphics2D) picture.getGraphics().create(0, i * HEIGHT, WIDTH, HEIGHT);
      charts.get(i).paint(graphics, WIDTH, HEIGHT);
      graphics.dispose();
    }
    return picture;
  }

  private static XYChart chart(String name, LossHistory.Stage stage) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(name)
            .xAxisTitle("step")
            .yAxisTitle("loss")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
    chart.getStyler().setYAxisLogarithmic(isWide(stage.losses()));
    line(chart, "loss of a batch", thin(stage.losses()), FAINT, 1);
    line(chart, "smoothed", thin(smooth(stage.losses())), STRONG, 2.5f);
    List<LossHistory.Point> heldOut = stage.measures().getOrDefault("loss", List.of());
    if (!heldOut.isEmpty()) {
      line(chart, "held-out data", heldOut, HELD_OUT, 2).setMarker(SeriesMarkers.CIRCLE);
    }
    return chart;
  }

  private static XYSeries line(
      XYChart chart, String name, List<LossHistory.Point> points, Color color, float width) {
    double[] x = points.stream().mapToDouble(LossHistory.Point::step).toArray();
    double[] y = points.stream().mapToDouble(LossHistory.Point::value).toArray();
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setMarkerColor(color);
    series.setLineStyle(new BasicStroke(width));
    return series;
  }

  private static boolean isWide(List<LossHistory.Point> losses) {
    double least = losses.stream().mapToDouble(LossHistory.Point::value).min().orElse(0);
    double most = losses.stream().mapToDouble(LossHistory.Point::value).max().orElse(0);
    return least > 0 && Double.isFinite(most) && most / least > LOGARITHMIC;
  }

  /** The mean of each point and those just before it. */
  static List<LossHistory.Point> smooth(List<LossHistory.Point> points) {
    int window = Math.max(LEAST_WINDOW, (int) (points.size() * WINDOW));
    List<LossHistory.Point> smooth = new ArrayList<>(points.size());
    double sum = 0;
    for (int i = 0; i < points.size(); i++) {
      sum += points.get(i).value();
      if (i >= window) {
        sum -= points.get(i - window).value();
      }
      smooth.add(new LossHistory.Point(points.get(i).step(), sum / Math.min(i + 1, window)));
    }
    return smooth;
  }

  /** At most so many of the points, evenly, the last among them. */
  static List<LossHistory.Point> thin(List<LossHistory.Point> points) {
    int every = (points.size() + POINTS - 1) / POINTS;
    List<LossHistory.Point> thin = new ArrayList<>();
    for (int i = points.size() - 1; i >= 0; i -= every) {
      thin.add(points.get(i));
    }
    Collections.reverse(thin);
    return thin;
  }
}
