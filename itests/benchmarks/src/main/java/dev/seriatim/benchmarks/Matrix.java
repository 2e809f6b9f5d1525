package dev.seriatim.benchmarks;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The digits models under every scheduler that fits, and under several settings each: how often a
 * sample is what was asked for, how far samples are from real data, and what a sample costs.
 */
final class Matrix {
  private static final String JUDGE = "mnist-judge";
  private static final int SAMPLES = Integer.getInteger("seriatim.samples", 1000);
  private static final int BATCH = 100;

  private Matrix() {}

  /**
   * A way of drawing from a model.
   *
   * @param model its name
   * @param name of the way
   * @param scheduler in place of the model's or the model's own under other settings; null for the
   *     model's own as it is
   * @param guides configured anew
   */
  record Setting(String model, String name, PartChoice scheduler, List<PartChoice> guides) {
    static Setting own(String model, String name) {
      return new Setting(model, name, null, List.of());
    }

    static Setting of(String model, String name, String scheduler, Map<String, Object> config) {
      return new Setting(model, name, new PartChoice(scheduler, "", config), List.of());
    }

    Setting named(String more) {
      return new Setting(model, name + ", " + more, scheduler, guides);
    }

    Setting with(String guide, String key, Object value) {
      List<PartChoice> more = new ArrayList<>(guides);
      more.add(new PartChoice(guide, "", Map.of(key, value)));
      return new Setting(model, name, scheduler, more);
    }

    GenerationRequest apply(GenerationRequest request) {
      GenerationRequest changed = scheduler == null ? request : request.withScheduler(scheduler);
      for (PartChoice guide : guides) {
        changed = changed.withGuide(guide);
      }
      return changed;
    }
  }

  /** A way of drawing and what came of it. */
  record Row(Setting setting, Evaluator.Report report) {}

  /**
   * Measures all settings and prints the tables of docs/matrix.md.
   *
   * @param picture file of the chart; null for none
   */
  static void measure(Path picture) throws IOException {
    Path home = Path.of(System.getProperty("seriatim.home"));
    try (Seriatim seriatim =
        Seriatim.builder()
            .bundles(home.resolve("bundles"))
            .models(home.resolve("models"))
            .threads(1)
            .start()) {
      List<String> models =
          seriatim.models().models().stream()
              .map(status -> status.descriptor())
              .filter(model -> model.parts().containsKey(ProvidesPart.BACKBONE))
              .map(ModelDescriptor::name)
              .filter(name -> name.startsWith("digits"))
              .sorted()
              .toList();
      combinations(seriatim, models);
      List<Row> rows = new ArrayList<>();
      System.out.println("## Quality and cost");
      System.out.println();
      System.out.println(
          "| model | drawn by | steps | as asked, % | Fréchet distance | ms per image |");
      System.out.println("|---|---|---|---|---|---|");
      for (Setting setting : MatrixSettings.all()) {
        if (models.contains(setting.model())) {
          rows.add(measure(seriatim, setting));
        }
      }
      System.out.println();
      if (picture != null) {
        MatrixChart.write(rows, picture);
      }
    }
  }

  private static Row measure(Seriatim seriatim, Setting setting) {
    Evaluator.Options options =
        new Evaluator.Options(JUDGE, SAMPLES, BATCH, 1, Double.NaN, null, setting::apply);
    Evaluator.Report report =
        seriatim.evaluator().evaluate(setting.model(), options, (done, all) -> {});
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.0f | %.1f | %.2f | %.1f |%n",
        setting.model(),
        setting.name(),
        report.steps(),
        100 * report.asked(),
        report.frechet(),
        report.secondsPerSample() * 1e3);
    return new Row(setting, report);
  }

  /** Which scheduler fits which model: each is asked to draw one sample. */
  private static void combinations(Seriatim seriatim, List<String> models) {
    List<PartDescription> schedulers =
        seriatim.models().parts().stream()
            .filter(part -> part.kind().equals(ProvidesPart.SCHEDULER))
            .toList();
    System.out.println("## What fits");
    System.out.println();
    System.out.print("| model | tokenizer | backbone | head |");
    schedulers.forEach(part -> System.out.print(" `" + part.id() + "` |"));
    System.out.println();
    System.out.println("|---|---|---|---|" + "---|".repeat(schedulers.size()));
    for (String model : models) {
      Generator generator = seriatim.generator(model);
      System.out.print("| " + model + " |");
      for (String kind :
          List.of(ProvidesPart.TOKENIZER, ProvidesPart.BACKBONE, ProvidesPart.HEAD)) {
        System.out.print(" `" + generator.model().parts().get(kind).id() + "` |");
      }
      for (PartDescription part : schedulers) {
        System.out.print(" " + fit(generator, part.id()) + " |");
      }
      System.out.println();
    }
    System.out.println();
  }

  private static String fit(Generator generator, String scheduler) {
    Condition condition = generator.model().conditions().label("7");
    try {
      generator.generate(
          GenerationRequest.of(condition, 1)
              .withScheduler(new PartChoice(scheduler, "", Map.of())));
      return "yes";
    } catch (SeriatimException e) {
      // The attribute of the parts that has no value in common, where it is that.
      return Stream.of("tokens", "orders")
          .filter(attribute -> e.getMessage().contains(": " + attribute + ": "))
          .findFirst()
          .orElse(e.getMessage());
    }
  }
}
