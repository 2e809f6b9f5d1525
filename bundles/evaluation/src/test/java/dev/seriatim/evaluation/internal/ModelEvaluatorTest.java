package dev.seriatim.evaluation.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.training.Evaluator.Options;
import dev.seriatim.api.training.Evaluator.Report;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation in a world where what is right is known: {@link Stripes}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelEvaluatorTest extends OnEngine {
  private static final Path DATA = Path.of("stripes");

  private final CheckpointFormat format = new SafetensorsFormat();
  private TrainedClassifier judge;
  private MemoryUse before;
  private StripeModels models;
  private ModelEvaluator evaluator;
  @TempDir Path folder;

  @BeforeAll
  void train() throws Exception {
    Stripes data = new Stripes(420, 70);
    onEngine(
        () -> {
          judge = TrainedClassifier.fresh(engine());
          judge.train(engine(), data, 90, 60, 0.1);
          before = engine().memory();
        });
    models = new StripeModels(judge.classifier(), format);
    evaluator = new ModelEvaluator(engine(), models, models, (folder, options) -> data, format);
  }

  @AfterAll
  void nothingIsLeftBehind() throws Exception {
    assertThat(engine().memory()).isEqualTo(before);
    assertThat(models.leases()).isZero();
    onEngine(judge::close);
  }

  @Test
  void goodSamplesAreWhatWasAskedForAndAsFarFromRealDataAsRealData() {
    Report report = evaluate("good", options(120, DATA));
    assertThat(report.model()).isEqualTo("good");
    assertThat(report.judge()).isEqualTo(StripeModels.JUDGE);
    assertThat(report.samples()).isEqualTo(120);
    assertThat(report.frechetSamples()).isEqualTo(120);
    assertThat(report.judgeAccuracy()).isGreaterThan(0.95);
    assertThat(report.asked()).isGreaterThan(0.95);
    assertThat(report.askedByLabel()).hasSize(3);
    assertThat(report.frechetReal()).isPositive();
    assertThat(report.frechet()).isPositive().isLessThan(3 * report.frechetReal());
    assertThat(report.secondsPerSample()).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void samplesOfAnotherLabelCountForTheirLabelAlone() {
    // Asked for "right", this model draws "left".
    Report report = evaluate("confused", options(120, DATA));
    assertThat(report.askedByLabel()[0]).isGreaterThan(0.95);
    assertThat(report.askedByLabel()[1]).isGreaterThan(0.95);
    assertThat(report.askedByLabel()[2]).isLessThan(0.05);
    assertThat(report.asked()).isCloseTo(2 / 3.0, within(0.05));
    assertThat(report.frechet()).isGreaterThan(20 * report.frechetReal());
  }

  @Test
  void theBatchPlaysNoRoleAndProgressIsTold() {
    List<Integer> told = new ArrayList<>();
    Report one =
        evaluator.evaluate(
            "good",
            new Options(StripeModels.JUDGE, 20, 7, 5, Double.NaN, DATA),
            (done, all) -> {
              assertThat(all).isEqualTo(20);
              told.add(done);
            });
    Report other = evaluate("good", new Options(StripeModels.JUDGE, 20, 20, 5, Double.NaN, DATA));
    assertThat(told).containsExactly(7, 14, 20);
    assertThat(one.frechet()).isCloseTo(other.frechet(), within(1e-4));
    // 20 samples are not as many of each of three labels; 18 are.
    assertThat(one.frechetSamples()).isEqualTo(18);
    assertThat(models.lastRequest().seed()).isEqualTo(5);
    assertThat(models.lastRequest().guides()).isEmpty();
  }

  @Test
  void guidanceIsPassedOn() {
    evaluate("good", new Options(StripeModels.JUDGE, 6, 6, 0, 2.5, DATA));
    assertThat(models.lastRequest().guides().get("cfg").config()).containsEntry("scale", 2.5);
  }

  @Test
  void requestsAreDrawnAsTheOptionsSay() {
    PartChoice scheduler = new PartChoice("other", "", Map.of("steps", 3));
    Options options =
        new Options(
            StripeModels.JUDGE,
            6,
            4,
            2,
            Double.NaN,
            DATA,
            request -> request.withScheduler(scheduler).withSeed(9).withFirstSample(100));
    evaluate("good", options);
    assertThat(models.lastRequest().scheduler()).isEqualTo(scheduler);
    assertThat(models.lastRequest().seed()).isEqualTo(9);
    assertThat(models.lastRequest().firstSample()).isEqualTo(104);
    assertThat(models.lastRequest().conditions()).hasSize(2);
  }

  @Test
  void aReferenceTakesThePlaceOfTheData() {
    Path file = folder.resolve("reference.safetensors");
    List<Integer> told = new ArrayList<>();
    evaluator.writeReference(StripeModels.JUDGE, DATA, file, (done, all) -> told.add(all - done));
    assertThat(told).endsWith(0).isSortedAccordingTo((x, y) -> y - x);

    models.ship(file);
    try {
      Report stored = evaluate("good", options(150, null));
      assertThat(stored.frechetSamples()).isEqualTo(150);
      Report fresh = evaluate("good", options(150, DATA));
      assertThat(stored.frechet()).isCloseTo(fresh.frechet(), within(1e-9));
      assertThat(stored.frechetReal()).isCloseTo(fresh.frechetReal(), within(1e-9));
      assertThat(stored.judgeAccuracy()).isEqualTo(fresh.judgeAccuracy());
      // 100 is between two steps of the ladder 3, 6, 15, 30, 60, 150: the lower one counts.
      assertThat(evaluate("good", options(100, null)).frechetSamples()).isEqualTo(60);
    } finally {
      models.ship(null);
    }
  }

  @Test
  void refusesWhatItCannotMeasure() {
    assertRefused("good", options(2, DATA), "samples: expected at least 3, found 2");
    assertRefused(
        "good",
        new Options(StripeModels.JUDGE, 6, 0, 0, Double.NaN, DATA),
        "batch: expected at least 1, found 0");
    assertRefused(
        "good",
        options(6, null),
        "stripe-judge: reference.safetensors: expected statistics of real data with the judge, or"
            + " a folder of data, found neither");
    assertRefused(
        "digits",
        options(6, DATA),
        "digits: labels: expected those of the judge stripe-judge, [left, middle, right], found"
            + " [0, 1]");
    assertRefused(
        "large",
        options(6, DATA),
        "stripe-judge: images to judge: expected shape (1, 8, 8), found Images[6×1×4×16]");
  }

  private void assertRefused(String model, Options options, String message) {
    assertThatThrownBy(() -> evaluate(model, options))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(message);
  }

  private Report evaluate(String model, Options options) {
    return evaluator.evaluate(model, options, (done, all) -> {});
  }

  private static Options options(int samples, Path data) {
    return new Options(StripeModels.JUDGE, samples, 32, 1, Double.NaN, data);
  }
}
