package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what a model generates, or how well it predicts a text. */
@Command(
    name = "evaluate",
    description = {
      "Measure a model with a classifier: how often a sample is what was asked for, and how far"
          + " the samples are from real data.",
      "Or measure a model of texts: how many bits it needs for each byte of a text that it was not"
          + " trained on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim evaluate digits-ar",
      "  seriatim evaluate digits-ar -n 5000 --cfg 2 --data mnist --json",
      "  seriatim evaluate digits-maskgit --set masked.confidence.steps=4",
      "  seriatim evaluate verse",
      "  seriatim evaluate verse --data book.txt --window 128",
      "  seriatim evaluate --judge digits-judge --data mnist --write-reference"
          + " reference.safetensors"
    })
final class EvaluateCommand extends SystemCommand {
  private static final String CLASSIFIER = "classifier";

  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "Name of the model to measure.")
  private String model;

  @Option(
      names = "--judge",
      paramLabel = "NAME",
      description = "The model with the classifier (default: the only one that has one).")
  private String judge;

  @Option(
      names = {"-n", "--samples"},
      paramLabel = "N",
      defaultValue = "1000",
      description = "Samples in all (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "50",
      description = "Samples at once (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Mixin private RequestOptions options;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "The real data set, a folder (default: the statistics that come with the judge); or the"
              + " text, a file or a folder of .txt (default: the one that comes with the model).")
  private Path data;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "0",
      description = "Tokens of a text that are read at once (default: all that the model takes).")
  private int window;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "How often what a masked model sees of a text is drawn (default: ${DEFAULT-VALUE}).")
  private int draws;

  @Option(
      names = "--write-reference",
      paramLabel = "FILE",
      description = "Instead, write the statistics of the data set for this judge.")
  private Path reference;

  @Override
  void check() {
    if (reference != null && data == null) {
      throw new SeriatimException("--write-reference: expected --data DIR too, found none");
    }
    if (reference == null && model == null) {
      throw new SeriatimException("evaluate: expected the name of a MODEL, found none");
    }
    if (samples < 1) {
      throw new SeriatimException("-n: expected at least 1, found " + samples);
    }
    if (window < 0) {
      throw new SeriatimException("--window: expected at least 1, found " + window);
    }
    if (draws < 1) {
      throw new SeriatimException("--draws: expected at least 1, found " + draws);
    }
    if (batch < 1) {
      throw new SeriatimException("--batch: expected at least 1, found " + batch);
    }
    if (reference != null) {
      OutputFile.at(reference);
    }
  }

  @Override
  int run(Seriatim seriatim) {
    if (reference != null) {
      String judging = judge(seriatim);
      try (Progress progress = Progress.of(judging, 0, 0, err())) {
        seriatim
            .evaluator()
            .writeReference(judging, data, reference, (done, all) -> progress.to(done, all, ""));
      }
      out().println(reference + ": statistics of " + data + " for " + judging);
      return ExitCode.OK;
    }
    // A model that is not ready, and options that it cannot take, are refused first.
    ModelDescriptor descriptor = seriatim.generator(model).model();
    ConditionSpace space = descriptor.conditions();
    if (space.labels().isEmpty() && space.text()) {
      return readText(seriatim);
    }
    String judging = judge(seriatim);
    options.apply(GenerationRequest.of(Condition.NONE, 1), descriptor);
    Evaluator.Report report;
    try (Progress progress = Progress.of(model, samples, 0, err())) {
      report =
          seriatim
              .evaluator()
              .evaluate(
                  model,
                  new Evaluator.Options(
                      judging,
                      samples,
                      batch,
                      0,
                      Double.NaN,
                      data,
                      request -> options.apply(request, descriptor)),
                  (done, all) -> progress.to(done, all, ""));
    }
    List<String> labels = space.labels();
    out().println(json() ? Json.indented(document(report, labels)) : text(report, labels));
    return ExitCode.OK;
  }

  private String judge(Seriatim seriatim) {
    return judge == null ? onlyJudge(seriatim.models().models()) : judge;
  }

  private int readText(Seriatim seriatim) {
    Evaluator.TextReport report;
    try (Progress progress = Progress.of(model, 1, 0, err())) {
      report =
          seriatim
              .evaluator()
              .evaluate(
                  model,
                  new Evaluator.TextOptions(data, window, draws, 0),
                  (done, all) -> progress.to(done, all, ""));
    }
    out().println(json() ? Json.indented(document(report)) : text(report));
    return ExitCode.OK;
  }

  private static Map<String, Object> document(Evaluator.TextReport report) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", report.model());
    document.put("bytes", report.bytes());
    document.put("tokens", report.tokens());
    document.put("bitsPerByte", Json.number(report.bitsPerByte()));
    document.put("bound", report.bound());
    document.put("window", report.window());
    document.put("seconds", Json.number(report.seconds()));
    return document;
  }

  private static String text(Evaluator.TextReport report) {
    Table table = new Table("MEASURE", "VALUE", "");
    table.row(
        "bits per byte",
        number(report.bitsPerByte()),
        report.bound() ? "an upper bound, estimated" : "cross entropy");
    table.row("bytes of text", String.valueOf(report.bytes()), report.tokens() + " tokens");
    table.row("window", String.valueOf(report.window()), "tokens read at once");
    table.row("seconds", number(report.seconds()), "");
    return table.toString();
  }

  private static String onlyJudge(List<ModelStatus> models) {
    List<String> judges =
        models.stream()
            .map(ModelStatus::descriptor)
            .filter(descriptor -> descriptor.parts().containsKey(CLASSIFIER))
            .map(descriptor -> descriptor.name())
            .distinct()
            .toList();
    if (judges.size() != 1) {
      throw new SeriatimException(
          judges.isEmpty()
              ? "--judge: expected a model with a classifier, found none"
              : "--judge: expected one of "
                  + judges.stream().collect(Collectors.joining(", "))
                  + ", found none");
    }
    return judges.get(0);
  }

  private Map<String, Object> document(Evaluator.Report report, List<String> labels) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", report.model());
    document.put("judge", report.judge());
    document.put("samples", report.samples());
    document.put("options", options.toMap());
    document.put("asked", Json.number(report.asked()));
    Map<String, Object> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < labels.size() && i < report.askedByLabel().length; i++) {
      byLabel.put(labels.get(i), Json.number(report.askedByLabel()[i]));
    }
    document.put("askedByLabel", byLabel);
    document.put("frechet", Json.number(report.frechet()));
    document.put("frechetReal", Json.number(report.frechetReal()));
    document.put("frechetSamples", report.frechetSamples());
    document.put("judgeAccuracy", Json.number(report.judgeAccuracy()));
    document.put("secondsPerSample", Json.number(report.secondsPerSample()));
    document.put("steps", Json.number(report.steps()));
    return document;
  }

  private static String text(Evaluator.Report report, List<String> labels) {
    Table table = new Table("MEASURE", "VALUE", "");
    table.row(
        "classified as asked for",
        percent(report.asked()),
        report.samples() + " samples, judged by " + report.judge());
    for (int i = 0; i < labels.size() && i < report.askedByLabel().length; i++) {
      table.row("  " + labels.get(i), percent(report.askedByLabel()[i]), "");
    }
    String over = "over " + report.frechetSamples() + " samples";
    table.row("Fréchet distance", number(report.frechet()), over);
    table.row("  of real data", number(report.frechetReal()), "the same between two halves");
    table.row("accuracy of the judge", percent(report.judgeAccuracy()), "on the real test set");
    String inSteps = String.format(Locale.ROOT, "in %.0f steps", report.steps());
    table.row("seconds per sample", number(report.secondsPerSample()), inSteps);
    return table.toString();
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "–";
  }

  private static String number(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4f", value) : "–";
  }
}
