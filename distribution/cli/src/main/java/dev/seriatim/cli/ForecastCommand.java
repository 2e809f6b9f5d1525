package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.launcher.Seriatim;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues time series. */
@Command(
    name = "forecast",
    description = {
      "Continue time series: each column of a CSV file is a series, each row a point in time.",
      "The model draws many continuations; what is written are their quantiles, point by point. Empty"
          + " cells were not observed. Columns that hold no numbers, such as dates, are passed over."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim forecast seasons series.csv --horizon 96 -o plot.png",
      "  seriatim forecast seasons series.csv --column sales --quantiles 0.05,0.5,0.95 --csv out.csv",
      "  seriatim forecast seasons series.csv --horizon 48 --hold-out"
    })
final class ForecastCommand extends SystemCommand {
  private static final int MOST = 10_000;

  @Parameters(
      paramLabel = "MODEL",
      description = "Name of the model; `seriatim models` lists them.")
  private String model;

  @Parameters(paramLabel = "FILE", description = "The series, a CSV file.")
  private Path file;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      split = ",",
      description = "Series to continue, by name; several by commas (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--horizon",
      paramLabel = "N",
      defaultValue = "96",
      description = "Points to forecast (default: ${DEFAULT-VALUE}).")
  private int horizon;

  @Option(
      names = {"-n", "--samples"},
      paramLabel = "N",
      defaultValue = "100",
      description = "Continuations to draw of each series (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--quantiles",
      paramLabel = "Q",
      split = ",",
      defaultValue = "0.1,0.5,0.9",
      description = "Quantiles to write, from 0 to 1 (default: ${DEFAULT-VALUE}).")
  private List<Double> quantiles = new ArrayList<>();

  @Option(
      names = "--hold-out",
      description = "Keep the last points of each series back, and say how well they are forecast.")
  private boolean holdOut;

  @Option(
      names = "--season",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Points of a season, for the naive forecast that --hold-out compares with (default: looked"
              + " for in each history).")
  private int season;

  @Mixin private RequestOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "A picture, PNG: the history, the median and the outer quantiles.")
  private Path output;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "The quantiles, CSV (default: to standard output, without -o and --hold-out).")
  private Path csv;

  private List<SeriesCsv.Column> columns;
  private OutputFile picture;
  private OutputFile table;

  @Override
  void check() {
    if (horizon < 1) {
      throw new SeriatimException("--horizon: expected at least 1, found " + horizon);
    }
    if (samples < 1 || samples > MOST) {
      throw new SeriatimException("-n: expected 1 to " + MOST + ", found " + samples);
    }
    if (season < 0) {
      throw new SeriatimException("--season: expected at least 1, found " + season);
    }
    for (double quantile : quantiles) {
      if (!(quantile >= 0 && quantile <= 1)) {
        throw new SeriatimException("--quantiles: expected numbers from 0 to 1, found " + quantile);
      }
    }
    columns = SeriesCsv.read(file).named(names);
    for (SeriesCsv.Column column : columns) {
      int length = column.values().length - (holdOut ? horizon : 0);
      if (length < Math.max(2, season + 1)) {
        throw new SeriatimException(
            file
                + ": column "
                + column.name()
                + ": expected at least "
                + (column.values().length - length + Math.max(2, season + 1))
                + " points, found "
                + column.values().length);
      }
    }
    picture = output == null ? null : OutputFile.at(output);
    table = csv == null ? null : OutputFile.at(csv);
  }

  /** A series and its continuations, [sample][point]. */
  private record Forecast(String name, float[] history, float[] truth, float[][] samples) {
    /** A quantile at each point. */
    double[] quantile(double q) {
      double[] values = new double[samples[0].length];
      Arrays.setAll(values, t -> ForecastScores.quantile(ForecastScores.sorted(samples, t), q));
      return values;
    }
  }

  @Override
  int run(Seriatim seriatim) throws Exception {
    Generator generator = seriatim.generator(model);
    List<Forecast> forecasts = new ArrayList<>();
    try (Forecaster forecaster =
        new Forecaster(
            seriatim, generator, request -> options.apply(request, generator.model()), err())) {
      for (SeriesCsv.Column column : columns) {
        float[] values = column.values();
        int past = values.length - (holdOut ? horizon : 0);
        float[] history = Arrays.copyOf(values, past);
        float[] truth = holdOut ? Arrays.copyOfRange(values, past, values.length) : null;
        float[][] futures =
            forecaster.forecast(history, horizon, samples, forecasts.size() * samples);
        forecasts.add(new Forecast(column.name(), history, truth, futures));
      }
    }
    if (picture != null) {
      picture.write(new PngFile(draw(forecasts), null)::writeTo);
    }
    String text = csv(forecasts);
    if (table != null) {
      table.write(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
    report(forecasts, text);
    return ExitCode.OK;
  }

  private BufferedImage draw(List<Forecast> forecasts) {
    double low = quantiles.stream().mapToDouble(q -> q).min().orElse(0.1);
    double high = quantiles.stream().mapToDouble(q -> q).max().orElse(0.9);
    List<ForecastChart.Forecast> charts =
        forecasts.stream()
            .map(
                forecast ->
                    new ForecastChart.Forecast(
                        forecast.name(),
                        forecast.history(),
                        forecast.truth(),
                        forecast.quantile(low),
                        forecast.quantile(0.5),
                        forecast.quantile(high)))
            .toList();
    return ForecastChart.draw(
        charts, String.format(Locale.ROOT, "%.0f %% to %.0f %%", 100 * low, 100 * high));
  }

  /** A row for each point of each series. */
  private String csv(List<Forecast> forecasts) {
    StringBuilder text = new StringBuilder("series,step");
    quantiles.forEach(q -> text.append(",q").append(q));
    text.append('\n');
    for (Forecast forecast : forecasts) {
      List<double[]> values = quantiles.stream().map(forecast::quantile).toList();
      for (int t = 0; t < horizon; t++) {
        text.append(forecast.name()).append(',').append(t + 1);
        for (double[] quantile : values) {
          text.append(',').append((float) quantile[t]);
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private void report(List<Forecast> forecasts, String text) {
    if (json()) {
      out().println(Json.indented(document(forecasts)));
      return;
    }
    if (holdOut) {
      out().println(scores(forecasts));
    } else if (picture == null && table == null) {
      out().print(text);
    }
    for (OutputFile written : new OutputFile[] {picture, table}) {
      if (written != null) {
        out()
            .printf(
                "%s: %d points of %d series, %d samples of each%n",
                written.path(), horizon, forecasts.size(), samples);
      }
    }
  }

  private ForecastScores score(Forecast forecast) {
    return ForecastScores.of(forecast.history(), forecast.truth(), forecast.samples(), season);
  }

  /** A row for each series, and one for their mean. */
  private String scores(List<Forecast> forecasts) {
    Table scores = new Table("SERIES", "SEASON", "MASE", "CRPS", "NAIVE", "IN 80 %");
    List<ForecastScores> all = forecasts.stream().map(this::score).toList();
    for (int i = 0; i < all.size(); i++) {
      ForecastScores one = all.get(i);
      scores.row(
          forecasts.get(i).name(),
          one.season(),
          number(one.mase()),
          number(one.crps()),
          number(one.naive()),
          number(one.inside()));
    }
    return scores
        .row(
            "mean",
            "",
            number(all.stream().mapToDouble(ForecastScores::mase).average().orElse(0)),
            number(all.stream().mapToDouble(ForecastScores::crps).average().orElse(0)),
            number(all.stream().mapToDouble(ForecastScores::naive).average().orElse(0)),
            number(all.stream().mapToDouble(ForecastScores::inside).average().orElse(0)))
        .toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private Map<String, Object> document(List<Forecast> forecasts) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("horizon", horizon);
    document.put("samples", samples);
    document.put("options", options.toMap());
    List<Map<String, Object>> series = new ArrayList<>();
    for (Forecast forecast : forecasts) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", forecast.name());
      Map<String, Object> values = new LinkedHashMap<>();
      quantiles.forEach(q -> values.put(String.valueOf(q), forecast.quantile(q)));
      one.put("quantiles", values);
      if (holdOut) {
        ForecastScores scores = score(forecast);
        one.put("season", scores.season());
        one.put("mase", Json.number(scores.mase()));
        one.put("crps", Json.number(scores.crps()));
        one.put("naive", Json.number(scores.naive()));
        one.put("inside", Json.number(scores.inside()));
      }
      series.add(one);
    }
    document.put("series", series);
    document.put("files", files());
    return document;
  }

  private List<String> files() {
    List<String> files = new ArrayList<>();
    for (OutputFile written : new OutputFile[] {picture, table}) {
      if (written != null) {
        files.add(written.path().toString());
      }
    }
    return files;
  }
}
