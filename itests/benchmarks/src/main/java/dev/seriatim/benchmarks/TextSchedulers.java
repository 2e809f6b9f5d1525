package dev.seriatim.benchmarks;

import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The shipped models of texts under the schedulers that fit them: passes of the model per token,
 * how many guesses are right, and how much faster than one token after the other.
 */
final class TextSchedulers {
  private static final List<String> PROMPTS =
      List.of(
          "In the beginning",
          "And it came to pass",
          "The LORD is my",
          "Blessed are they",
          "And the king said unto",
          "Now these are the names",
          "Hear the word of the LORD",
          "Verily, verily, I say unto you");
  private static final int LENGTH = 200;
  private static final int ROUNDS = Integer.getInteger("seriatim.rounds", 3);
  private static final String JUDGE = "verse";

  private TextSchedulers() {}

  /**
   * A way of writing.
   *
   * @param model its name
   * @param name of the way
   * @param scheduler in place of the model's own; null for that
   * @param guesses in each pass; 0 where nothing is guessed
   * @param greedy whether the most probable tokens are taken
   */
  record Setting(String model, String name, PartChoice scheduler, int guesses, boolean greedy) {
    static Setting of(String model, String name, String scheduler, Map<String, Object> config) {
      return new Setting(model, name, new PartChoice(scheduler, "", config), 0, false);
    }

    Setting guessing(int count) {
      return new Setting(model, name, scheduler, count, greedy);
    }

    Setting takingTheMode() {
      return new Setting(model, name + ", greedy", scheduler, guesses, true);
    }

    GenerationRequest request(String prompt, long seed) {
      GenerationRequest request =
          GenerationRequest.of(new Condition.Text(prompt), 1).withSeed(seed).withLength(LENGTH);
      GenerationRequest scheduled = scheduler == null ? request : request.withScheduler(scheduler);
      return greedy ? scheduled.withMode() : scheduled;
    }
  }

  /**
   * A way of writing and what it cost.
   *
   * @param setting the way
   * @param passes of the model per token
   * @param right share of the guesses that were right; NaN where nothing is guessed
   * @param tokensPerSecond that were written
   * @param speedUp over the same model's first way
   * @param bitsPerByte of what was written, for the causal model
   */
  record Row(
      Setting setting,
      double passes,
      double right,
      double tokensPerSecond,
      double speedUp,
      double bitsPerByte) {}

  /** All ways that are measured; the first of each model is what the others are compared with. */
  static List<Setting> settings() {
    List<Setting> all = new ArrayList<>();
    Setting plain = new Setting("verse", "one by one (`raster`)", null, 0, false);
    all.add(plain);
    List<Setting> verifying = new ArrayList<>();
    for (int length : new int[] {2, 3, 4, 6, 8}) {
      verifying.add(
          Setting.of(
                  "verse",
                  "draft, `speculative`, length " + length,
                  "speculative",
                  Map.of("length", length))
              .guessing(length - 1));
    }
    verifying.add(
        Setting.of("verse", "look-up, `speculative.ngram`", "speculative.ngram", Map.of())
            .guessing(7));
    verifying.add(Setting.of("verse", "fixed point, `jacobi`", "jacobi", Map.of()).guessing(15));
    all.addAll(verifying);
    all.add(
        Setting.of(
            "verse",
            "draft, `speculative`, length 4, residual",
            "speculative",
            Map.of("length", 4, "acceptance", "residual")));
    all.add(plain.takingTheMode());
    verifying.forEach(setting -> all.add(setting.takingTheMode()));
    for (int steps : new int[] {200, 100, 50, 25}) {
      all.add(
          Setting.of(
              "verse-masked",
              "blocks of 32, `masked.blocks`, " + steps + " steps",
              "masked.blocks",
              Map.of("block-length", 32, "steps", steps)));
    }
    all.add(
        Setting.of(
            "verse-masked",
            "blocks of 32, all above 0.9",
            "masked.blocks",
            Map.of("block-length", 32, "steps", 25, "threshold", 0.9)));
    return all;
  }

  /**
   * Measures all ways and prints the table of docs/text.md.
   *
   * @param picture file of the chart
   */
  static void measure(Path picture) throws IOException {
    Path home = Path.of(System.getProperty("seriatim.home"));
    try (Seriatim seriatim =
        Seriatim.builder()
            .bundles(home.resolve("bundles"))
            .models(home.resolve("models"))
            .threads(1)
            .start()) {
      List<Row> rows = measure(seriatim);
      System.out.println(
          "| model | written by | passes per token | guesses right, % | tokens/s | speed-up | bits"
              + " per byte for verse |");
      System.out.println("|---|---|---|---|---|---|---|");
      for (Row row : rows) {
        System.out.printf(
            Locale.ROOT,
            "| %s | %s | %.2f | %s | %.0f | %.2f | %.2f |%n",
            row.setting().model(),
            row.setting().name(),
            row.passes(),
            Double.isNaN(row.right()) ? "" : String.format(Locale.ROOT, "%.0f", 100 * row.right()),
            row.tokensPerSecond(),
            row.speedUp(),
            row.bitsPerByte());
      }
      System.out.println();
      TextChart.write(rows, picture);
    }
  }

  private static List<Row> measure(Seriatim seriatim) throws IOException {
    List<Setting> settings =
        settings().stream()
            .filter(
                setting ->
                    seriatim.models().models().stream()
                        .anyMatch(model -> model.descriptor().name().equals(setting.model())))
            .toList();
    double[][] seconds = new double[settings.size()][ROUNDS];
    double[] steps = new double[settings.size()];
    List<List<String>> texts = new ArrayList<>();
    settings.forEach(setting -> texts.add(new ArrayList<>()));
    // Ways take turns, so that whatever else the machine does is shared out among them.
    for (int round = -1; round < ROUNDS; round++) { // one round warms up
      for (int way = 0; way < settings.size(); way++) {
        Generator generator = seriatim.generator(settings.get(way).model());
        for (String prompt : PROMPTS) {
          GenerationResult result =
              generator.generate(settings.get(way).request(prompt, Math.max(round, 0) + 1));
          if (round >= 0) {
            seconds[way][round] += result.statistics().stepSeconds();
            steps[way] += result.statistics().steps();
            texts.get(way).addAll(((Texts) result.media()).texts());
          }
        }
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int way = 0; way < settings.size(); way++) {
      Setting setting = settings.get(way);
      int first = 0;
      while (!settings.get(first).model().equals(setting.model())
          || settings.get(first).greedy() != setting.greedy()) {
        first++;
      }
      double tokens = (double) LENGTH * PROMPTS.size();
      double passes = steps[way] / (tokens * ROUNDS);
      double right = setting.guesses() == 0 ? Double.NaN : (1 / passes - 1) / setting.guesses();
      double[] ratios = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        ratios[round] = seconds[first][round] / seconds[way][round];
      }
      rows.add(
          new Row(
              setting,
              passes,
              right,
              tokens / Median.of(seconds[way]),
              Median.of(ratios),
              bitsPerByte(seriatim, texts.get(way))));
    }
    return rows;
  }

  /** What the causal model makes of the texts. */
  private static double bitsPerByte(Seriatim seriatim, List<String> texts) throws IOException {
    Path file = Files.createTempFile("texts", ".txt");
    try {
      Files.writeString(file, String.join("\n", texts));
      Evaluator.TextOptions options = new Evaluator.TextOptions(file, 0, 1, 0);
      return seriatim.evaluator().evaluate(JUDGE, options, (done, all) -> {}).bitsPerByte();
    } finally {
      Files.delete(file);
    }
  }
}
