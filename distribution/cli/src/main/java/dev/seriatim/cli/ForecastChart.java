package dev.seriatim.cli;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws forecasts behind their histories: a chart for each series, one below the other. */
final class ForecastChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 300;

  /** So much history is shown, as a multiple of the horizon. */
  private static final int BEFORE = 3;

  private static final Color PAST = new Color(0x444444);
  private static final Color MEDIAN = new Color(0x1F4E79);
  private static final Color BAND = new Color(0x1F, 0x4E, 0x79, 0x40);
  private static final Color TRUTH = new Color(0xC0504D);

  private ForecastChart() {}

  /**
   * What is drawn of a series.
   *
   * @param truth what came; null where it is not known
   * @param low lower quantile, [point]
   * @param median [point]
   * @param high upper quantile, [point]
   */
  record Forecast(
      String name, float[] history, float[] truth, double[] low, double[] median, double[] high) {}

  /**
   * Draws.
   *
   * @param band what the band is called
   */
  static BufferedImage draw(List<Forecast> forecasts, String band) {
    BufferedImage picture =
        new BufferedImage(WIDTH, HEIGHT * forecasts.size(), BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < forecasts.size(); i++) {
      Graphics2D graphics = (Graphics2D) picture.getGraphics().create(0, i * HEIGHT, WIDTH, HEIGHT);
      chart(forecasts.get(i), band).paint(graphics, WIDTH, HEIGHT);
      graphics.dispose();
    }
    return picture;
  }

  private static XYChart chart(Forecast forecast, String band) {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(forecast.name()).build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    int horizon = forecast.median().length;
    int past = forecast.history().length;
    band(chart, forecast, band, past);
    int from = Math.max(0, past - BEFORE * horizon);
    line(chart, "history", from, doubles(forecast.history(), from), PAST, 1.2f);
    if (forecast.truth() != null) {
      line(chart, "what came", past, doubles(forecast.truth(), 0), TRUTH, 1.2f);
    }
    line(chart, "median", past, forecast.median(), MEDIAN, 2);
    return chart;
  }

  /** The area between two quantiles: along the one, and back along the other. */
  private static void band(XYChart chart, Forecast forecast, String name, int past) {
    int horizon = forecast.low().length;
    double[] x = new double[2 * horizon];
    double[] y = new double[2 * horizon];
    for (int i = 0; i < horizon; i++) {
      x[i] = past + i;
      y[i] = forecast.high()[i];
      x[2 * horizon - 1 - i] = past + i;
      y[2 * horizon - 1 - i] = forecast.low()[i];
    }
    XYSeries area = chart.addSeries(name, x, y);
    area.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
    area.setMarker(SeriesMarkers.NONE);
    area.setFillColor(BAND);
    area.setLineColor(BAND);
  }

  private static double[] doubles(float[] values, int from) {
    double[] doubles = new double[values.length - from];
    Arrays.setAll(doubles, i -> values[from + i]);
    return doubles;
  }

  private static void line(
      XYChart chart, String name, int first, double[] y, Color color, float width) {
    List<Double> times = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < y.length; i++) {
      if (!Double.isNaN(y[i])) {
        times.add((double) (first + i));
        values.add(y[i]);
      }
    }
    if (times.isEmpty()) {
      return;
    }
    XYSeries series = chart.addSeries(name, times, values);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(width));
  }
}
