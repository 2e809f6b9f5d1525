package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.training.SeriesDataSet;
import dev.seriatim.api.training.Trainer.Options;
import dev.seriatim.backbone.timer.internal.TimerFactory;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import dev.seriatim.head.flow.internal.FlowHeadFactory;
import dev.seriatim.runtime.internal.generation.GenerationLoop;
import dev.seriatim.runtime.internal.json.JsonDescriptorFormat;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.FactoryAssembler;
import dev.seriatim.tokenizer.series.internal.SeriesPatchesFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a very small model on time series, with the real parts. */
class SeriesTrainingTest {
  private static final String RECIPE =
      """
      {
        "name": "small", "version": "1.0.0", "title": "Small", "license": "Apache-2.0",
        "data": DATA,
        "seed": 3,
        "parts": {
          "tokenizer": { "id": "series.patches", "version": "[1.0,2)", "config":
            { "patch": 4, "context": 6, "window": 4 } },
          "backbone": { "id": "timer", "version": "[1.0,2)", "config":
            { "layers": 1, "heads": 2, "width": 16, "mlp": 32 } },
          "head": { "id": "flow", "version": "[1.0,2)", "config":
            { "attention": "none", "width": 16, "blocks": 1, "heads": 1 } },
          "scheduler": { "id": "raster", "version": "[1.0,2)" }
        },
        "stages": [
          { "name": "generator", "train": ["backbone", "head"], "steps": STEPS, "batch": 16,
            "checkpoint-every": 10, "measure-every": 20,
            "optimizer": { "learning-rate": 1e-2, "warm-up": 5, "ema": 0.9 } }
        ]
      }
      """;

  private static final String SYNTHETIC =
      RECIPE.replace(
          "DATA",
          "{ \"format\": \"synthetic-series\", \"series\": 40, \"held-out-series\": 20,"
              + " \"length\": 60 }");

  private static PyTorchEngine engine;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    engine = new PyTorchEngine();
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(engine.memory().arrays()).isZero();
  }

  @Test
  void aModelLearnsSyntheticSeries() throws IOException {
    RecordedRun run = RecordedRun.whole(engine);
    assertThat(train(SYNTHETIC.replace("STEPS", "60"), "run", false, run)).isNotNull();
    assertThat(run.measures.get("generator 60 loss"))
        .isLessThan(run.measures.get("generator 20 loss"));
  }

  @Test
  void aRunThatWasCancelledEndsAsOneThatWasNot() throws IOException {
    String recipe = SYNTHETIC.replace("STEPS", "20");
    train(recipe, "whole", false, RecordedRun.whole(engine));
    train(recipe, "cut", false, new RecordedRun(engine, step -> step == 7, step -> false));
    train(recipe, "cut", true, RecordedRun.whole(engine));
    for (String file : new String[] {"losses.csv", "measures.csv", "generator.safetensors"}) {
      assertThat(folder.resolve("cut").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
    }
  }

  @Test
  void aModelLearnsSeriesInColumns() throws IOException {
    StringBuilder csv = new StringBuilder("date,a,b\n");
    for (int day = 1; day <= 40; day++) {
      csv.append("2024-01-").append(day).append(',').append(Math.sin(day)).append(',');
      csv.append(day % 9 == 0 ? "" : String.valueOf(day % 7)).append('\n');
    }
    Files.writeString(folder.resolve("series.csv"), csv);
    SeriesDataSet data =
        (SeriesDataSet)
            new FileDataSets()
                .open(folder.resolve("series.csv"), Map.of("format", "series", "held-out", 0.5));
    assertThat(data.train()).hasSize(1);
    assertThat(data.train().get(0)).hasSize(40).startsWith((float) Math.sin(1));
    assertThat(data.heldOut().get(0)[8]).isNaN();
    assertThat(data.heldOut().get(0)[9]).isEqualTo(3);
    String recipe = RECIPE.replace("DATA", "{ \"format\": \"series\", \"held-out\": 0.5 }");
    RecordedRun run = RecordedRun.whole(engine);
    assertThat(train(recipe.replace("STEPS", "2"), "run", false, run)).isNotNull();
    assertThat(run.measures.get("generator 2 loss")).isFinite();
  }

  @Test
  void syntheticSeriesAreTheSameAgain() {
    Map<String, ?> options = Map.of("format", "synthetic-series", "series", 5, "length", 50);
    SeriesDataSet one = (SeriesDataSet) new FileDataSets().open(folder, options);
    SeriesDataSet two = (SeriesDataSet) new FileDataSets().open(folder, options);
    assertThat(one.heldOut()).hasSize(200);
    for (int i = 0; i < 5; i++) {
      assertThat(one.train().get(i)).hasSize(50).isEqualTo(two.train().get(i));
      assertThat(one.train().get(i)).isNotEqualTo(one.heldOut().get(i));
      for (float value : one.train().get(i)) {
        assertThat(value).isFinite();
      }
    }
  }

  @Test
  void refusesWhatCannotBeTrained() throws IOException {
    String recipe = SYNTHETIC.replace("STEPS", "2");
    refused(
        recipe.replace("\"length\": 60", "\"length\": 23"),
        "stage generator: data: expected a series of at least 24 points, found 40 synthetic");
    refused(
        recipe.replace("\"batch\"", "\"length\": 7, \"batch\""),
        "stage generator: length: expected 2 to 6 patches, found 7");
    Files.writeString(folder.resolve("series.csv"), "a\n1\n2\nx\n");
    refused(
        RECIPE.replace("DATA", "{ \"format\": \"series\" }").replace("STEPS", "2"),
        "row 4, column 1: expected a number or nothing, found x");
  }

  private void refused(String recipe, String message) {
    assertThatThrownBy(() -> train(recipe, "run", false, RecordedRun.whole(engine)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(message);
  }

  private Path train(String recipe, String run, boolean resume, RecordedRun listener)
      throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe);
    Map<String, PartFactory<?, ?>> factories =
        Map.of(
            "series.patches", new SeriesPatchesFactory(),
            "timer", new TimerFactory(),
            "flow", new FlowHeadFactory(),
            "raster", new RasterFactory());
    return new RecipeTrainer(
            engine,
            new FactoryAssembler(factories),
            new JsonDescriptorFormat(),
            new SafetensorsFormat(),
            new GenerationLoop(engine),
            new FileDataSets())
        .train(
            file,
            new Options(folder.resolve("series.csv"), folder.resolve(run), resume, 0),
            listener);
  }
}
