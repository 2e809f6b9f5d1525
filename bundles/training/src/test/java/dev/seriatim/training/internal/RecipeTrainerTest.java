package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.training.Trainer.Options;
import dev.seriatim.api.training.TrainingListener;
import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.runtime.internal.generation.GenerationLoop;
import dev.seriatim.runtime.internal.json.JsonDescriptorFormat;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.FactoryAssembler;
import dev.seriatim.tokenizer.vq.internal.VqGridFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a very small model, with the real parts, on some real images. */
class RecipeTrainerTest {
  private static final String MODEL =
      """
      {
        "name": "small", "version": "1.0.0", "title": "Small", "license": "Apache-2.0",
        "conditions": { "labels": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
        "data": { "format": "idx", "pad": 2 },
        "seed": 5,
        "store": "STORE",
        "parts": {
          "tokenizer": { "id": "vq.grid", "version": "[1.0,2)", "config":
            { "height": 32, "width": 32, "vocabulary": 16, "code-width": 4, "channels": [8, 8, 8] } },
          "backbone": { "id": "transformer.causal", "version": "[1.0,2)", "config":
            { "layers": 1, "heads": 2, "width": 16 } },
          "head": { "id": "categorical", "version": "[1.0,2)" },
          "scheduler": { "id": "raster", "version": "[1.0,2)" },
          "guides": [{ "id": "cfg", "version": "[1.0,2)", "config": { "scale": 1.5 } }]
        },
        "stages": [
          { "name": "tokenizer", "train": ["tokenizer"], "steps": 8, "batch": 8, "shift": 1,
            "checkpoint-every": 3, "measure-every": 4, "measure-images": 32,
            "optimizer": { "learning-rate": 1e-2, "warm-up": 2 } },
          { "name": "generator", "train": ["backbone", "head"], "steps": 10, "batch": 8,
            "condition-dropout": 0.2, "checkpoint-every": 4, "measure-images": 32,
            "samples-every": 5, "sample-guidance": 2,
            "optimizer": { "learning-rate": 1e-2, "warm-up": 2 } }
        ]
      }
      """;

  private static final String CLASSIFIER =
      """
      {
        "name": "judge", "version": "1.0.0", "title": "Judge", "license": "Apache-2.0",
        "conditions": { "labels": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
        "data": {},
        "parts": { "classifier":
          { "id": "linear", "version": "[1.0,2)", "config": { "pixels": 784 } } },
        "stages": [
          { "name": "classifier", "train": ["classifier"], "steps": 60, "batch": 64,
            "optimizer": { "learning-rate": 0.02, "ema": 0.9 } }
        ]
      }
      """;

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
  void trainsAModelThatIsReadyToRun() throws Exception {
    RecordedRun run = RecordedRun.whole(engine);
    Path model = train(MODEL.replace("STORE", "F16"), "run", false, run);

    assertThat(run.stages).containsExactly("tokenizer 0/8", "generator 0/10");
    assertThat(run.losses).hasSize(18).isEqualTo(lines("run/losses.csv"));
    assertThat(run.measures)
        .containsOnlyKeys(
            "tokenizer 4 loss",
            "tokenizer 8 loss",
            "generator 10 loss",
            "generator 10 bits-per-pixel");
    double loss = run.measures.get("generator 10 loss");
    assertThat(loss).isBetween(0.0, Math.log(16) + 0.5);
    assertThat(run.measures.get("generator 10 bits-per-pixel"))
        .isEqualTo(loss * 16 / (1024 * Math.log(2)));
    assertThat(run.samples).containsOnlyKeys("tokenizer 8", "generator 5", "generator 10");
    assertThat(((Images) run.samples.get("generator 5")).samples()).isEqualTo(10);
    assertThat(((Images) run.samples.get("tokenizer 8")).samples()).isEqualTo(32);

    assertThat(model).isEqualTo(folder.resolve("run/model"));
    assertThat(names(model))
        .containsExactly(
            "generator.safetensors", "model.json", "recipe.json", "tokenizer.safetensors");
    assertThat(names(folder.resolve("run")))
        .containsExactly(
            "generator.safetensors",
            "losses.csv",
            "measures.csv",
            "model",
            "tokenizer.safetensors");
    String json = Files.readString(model.resolve("model.json"));
    ModelDescriptor descriptor = new JsonDescriptorFormat().read(json, "model.json");
    assertThat(descriptor.parts().get("head").weights()).isEqualTo("generator.safetensors");
    assertThat(descriptor.parts().get("head").prefix()).isEqualTo("head.");
    assertThat(descriptor.parts().get("scheduler").weights()).isNull();
    assertThat(descriptor.guides().get(0).config()).containsEntry("scale", 1.5);
    assertThat(descriptor.weights())
        .containsEntry("tokenizer.safetensors", Sha256.of(model.resolve("tokenizer.safetensors")));
  }

  @Test
  void memoryStaysFlat() throws Exception {
    RecordedRun run = RecordedRun.whole(engine);
    train(MODEL.replace("STORE", "F32"), "run", false, run);
    assertThat(run.memory.subList(0, 8)).containsOnly(run.memory.get(0));
    assertThat(run.memory.subList(8, 18)).containsOnly(run.memory.get(8));
  }

  @Test
  void aRunThatWasCancelledEndsAsOneThatWasNot() throws Exception {
    String recipe = MODEL.replace("STORE", "F32");
    train(recipe, "whole", false, RecordedRun.whole(engine));
    for (int cancelAt : new int[] {5, 8, 13}) {
      String name = "cancelled-" + cancelAt;
      RecordedRun first = new RecordedRun(engine, step -> step == cancelAt, step -> false);
      // At the last step of a stage there is nothing left to cancel of it: it is finished.
      Path stopped = train(recipe, name, false, first);
      assertThat(stopped == null).isEqualTo(cancelAt != 8);
      RecordedRun second = RecordedRun.whole(engine);
      assertThat(train(recipe, name, true, second)).isNotNull();
      assertSameRuns("whole", name);
    }
  }

  @Test
  void aRunThatDiedEndsAsOneThatDidNot() throws Exception {
    // With more images drawn than there are: they are encoded beforehand.
    String recipe =
        MODEL
            .replace("STORE", "F16")
            .replace("\"steps\": 10, \"batch\": 8", "\"steps\": 10, \"batch\": 26");
    train(recipe, "whole", false, RecordedRun.whole(engine));
    for (int failAt : new int[] {5, 17}) {
      String name = "died-" + failAt;
      RecordedRun first = new RecordedRun(engine, step -> false, step -> step == failAt);
      assertThatThrownBy(() -> train(recipe, name, false, first))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the listener fails");
      // As a process leaves it that is killed while it writes.
      Path losses = folder.resolve(name).resolve("losses.csv");
      Files.writeString(losses, Files.readString(losses) + "generator,99,0.1");
      assertThat(train(recipe, name, true, RecordedRun.whole(engine))).isNotNull();
      assertSameRuns("whole", name);
    }
  }

  @Test
  void aTrainerThatStopsLeavesACheckpoint() throws Exception {
    String recipe = MODEL.replace("STORE", "F32");
    train(recipe, "whole", false, RecordedRun.whole(engine));
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe);
    RecipeTrainer trainer = trainer();
    List<CompletableFuture<Void>> stopped = new ArrayList<>();
    TrainingListener stopsAtStepTwo =
        new TrainingListener() {
          @Override
          public void onStep(String stage, long step, double loss, double rate, double norm) {
            if (step == 2) {
              stopped.add(CompletableFuture.runAsync(() -> stop(trainer)));
            }
          }
        };
    Options options = new Options(data(), folder.resolve("run"), false, 0);
    // Stopped before its last step or not: either way nothing is lost, and the wait is over.
    Path model = trainer.train(file, options, stopsAtStepTwo);
    CompletableFuture.allOf(stopped.toArray(CompletableFuture[]::new)).join();
    if (model == null) {
      train(recipe, "run", true, RecordedRun.whole(engine));
    }
    assertSameRuns("whole", "run");
  }

  private static void stop(RecipeTrainer trainer) {
    try {
      trainer.stop();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void finishedStagesAreNotTrainedAgain() throws Exception {
    String recipe = MODEL.replace("STORE", "F32");
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe);
    RecordedRun first = RecordedRun.whole(engine);
    assertThat(trainer().train(file, new Options(data(), folder.resolve("run"), false, 10), first))
        .isNull();
    assertThat(first.losses).hasSize(10);
    RecordedRun second = RecordedRun.whole(engine);
    train(recipe, "run", true, second);
    assertThat(second.stages).containsExactly("tokenizer 8/8", "generator 2/10");
    RecordedRun third = RecordedRun.whole(engine);
    train(recipe, "run", true, third);
    assertThat(third.stages).containsExactly("tokenizer 8/8", "generator 10/10");
    assertThat(third.losses).isEmpty();
  }

  @Test
  void takesFinishedPartsAsTheyAre() throws Exception {
    String recipe = MODEL.replace("STORE", "F32");
    train(recipe, "whole", false, RecordedRun.whole(engine));
    String taking = taking(recipe, "whole/tokenizer.safetensors");
    RecordedRun run = RecordedRun.whole(engine);
    train(taking, "taken", false, run);
    assertThat(run.stages).containsExactly("tokenizer 0/0", "generator 0/10");
    for (String file : List.of("tokenizer.safetensors", "generator.safetensors", "model.json")) {
      assertThat(folder.resolve("taken/model").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole/model").resolve(file));
    }
    // Gone on with, it is finished; with another file in the place of the first, it is refused.
    RecordedRun again = RecordedRun.whole(engine);
    train(taking, "taken", true, again);
    assertThat(again.losses).isEmpty();
    train(recipe.replace("\"seed\": 5", "\"seed\": 6"), "other", false, RecordedRun.whole(engine));
    assertThatThrownBy(
            () ->
                train(
                    taking(recipe, "other/tokenizer.safetensors"),
                    "taken",
                    true,
                    RecordedRun.whole(engine)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("tokenizer.safetensors: expected the file that the recipe takes");
  }

  @Test
  void refusesFinishedPartsThatDoNotFit() throws Exception {
    String recipe = MODEL.replace("STORE", "F32");
    train(recipe, "whole", false, RecordedRun.whole(engine));
    String taking = taking(recipe, "whole/tokenizer.safetensors");
    refused(
        taking.replace("\"code-width\": 4", "\"code-width\": 5"),
        false,
        "recipe.json: stage tokenizer: from: ");
    refused(taking(recipe, "whole/generator.safetensors"), false, "expected shape ");
    refused(
        taking(recipe, "absent.safetensors"),
        false,
        "stages[0].from: expected a file of weights, found ");
    refused(
        taking.replace("\"from\"", "\"steps\": 3, \"from\""),
        false,
        "stages[0].steps: expected one of the keys from, name, train");
  }

  /** A recipe whose tokenizer comes from a file. */
  private static String taking(String recipe, String file) {
    int stages = recipe.indexOf("\"stages\": [");
    int generator = recipe.indexOf("{ \"name\": \"generator\"");
    return recipe.substring(0, stages)
        + "\"stages\": [{ \"name\": \"tokenizer\", \"train\": [\"tokenizer\"], \"from\": \""
        + file
        + "\" }, "
        + recipe.substring(generator);
  }

  @Test
  void refusesToResumeAnotherRecipe() throws Exception {
    String recipe = MODEL.replace("STORE", "F32");
    train(recipe, "run", false, new RecordedRun(engine, step -> step == 12, step -> false));
    refused(
        recipe.replace("\"width\": 16", "\"width\": 32"), true, "generator.checkpoint.safetensors");
    refused(recipe.replace("\"seed\": 5", "\"seed\": 6"), true, "tokenizer.safetensors");
    refused(recipe, false, "expected a folder without a run, or leave to resume it, found a run");
  }

  @Test
  void namesTheRecipeInWhatPartsAndDataRefuse() {
    String recipe = MODEL.replace("STORE", "F32");
    refused(recipe.replace("\"pad\"", "\"padding\""), false, "recipe.json: data: padding: ");
    refused(recipe.replace("\"layers\": 1", "\"layers\": 0"), false, "recipe.json: ");
  }

  @Test
  void refusesStagesThatDoNotMakeAModel() {
    String recipe = MODEL.replace("STORE", "F32");
    refused(
        recipe.replace("[\"backbone\", \"head\"]", "[\"backbone\"]"),
        false,
        "stages: expected a stage that trains the head, found none");
    refused(
        recipe.replace("[\"backbone\", \"head\"]", "[\"scheduler\", \"head\"]"),
        false,
        "stages: expected one part, or backbone and head, found generator [scheduler, head]");
    refused(
        recipe
            .replace("[\"backbone\", \"head\"]", "[\"x\"]")
            .replace("[\"tokenizer\"]", "[\"backbone\", \"head\"]")
            .replace("[\"x\"]", "[\"tokenizer\"]"),
        false,
        "stages: expected a stage for the tokenizer before tokenizer, found none");
    refused(
        recipe
            .replace("\"9\"]", "\"9\", \"10\"]")
            .replace("{ \"format\"", "{ \"labels\": [\"0\"], \"format\""),
        false,
        "label");
  }

  @Test
  void stopsWhereTheLossIsNotFinite() {
    refused(
        CLASSIFIER.replace("0.02", "2e37"),
        false,
        "stage classifier: step 2: expected a finite loss and gradient, found loss ");
    assertThat(folder.resolve("run/classifier.safetensors")).doesNotExist();
  }

  @Test
  void trainsClassifiersExactlyThoughTheyDropOut() throws Exception {
    RecordedRun whole = RecordedRun.whole(engine);
    train(CLASSIFIER, "whole", false, whole);
    assertThat(whole.measures.get("classifier 60 accuracy")).isGreaterThan(0.6);
    assertThat(whole.samples).isEmpty();
    train(CLASSIFIER, "halves", false, new RecordedRun(engine, step -> step == 31, step -> false));
    train(CLASSIFIER, "halves", true, RecordedRun.whole(engine));
    assertThat(Files.readString(folder.resolve("halves/losses.csv")))
        .isEqualTo(Files.readString(folder.resolve("whole/losses.csv")));
  }

  private void assertSameRuns(String one, String other) throws IOException {
    for (String file : List.of("losses.csv", "measures.csv")) {
      assertThat(folder.resolve(other).resolve(file))
          .hasSameTextualContentAs(folder.resolve(one).resolve(file));
    }
    for (String file : List.of("tokenizer.safetensors", "generator.safetensors")) {
      assertThat(folder.resolve(other).resolve("model").resolve(file))
          .hasSameBinaryContentAs(folder.resolve(one).resolve("model").resolve(file));
    }
  }

  private void refused(String recipe, boolean resume, String message) {
    assertThatThrownBy(() -> train(recipe, "run", resume, RecordedRun.whole(engine)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(message);
  }

  private Path train(String recipe, String run, boolean resume, RecordedRun listener)
      throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe);
    return trainer().train(file, new Options(data(), folder.resolve(run), resume, 0), listener);
  }

  private static Path data() {
    try {
      return Path.of(RecipeTrainerTest.class.getResource("/mnist-small").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RecipeTrainer trainer() {
    Map<String, PartFactory<?, ?>> factories =
        Map.of(
            "vq.grid", new VqGridFactory(),
            "transformer.causal", new CausalTransformerFactory(),
            "categorical", new CategoricalHeadFactory(),
            "raster", new RasterFactory(),
            "cfg", new ClassifierFreeFactory(),
            "linear", new LinearClassifierFactory());
    return new RecipeTrainer(
        engine,
        new FactoryAssembler(factories),
        new JsonDescriptorFormat(),
        new SafetensorsFormat(),
        new GenerationLoop(engine),
        new FileDataSets());
  }

  private List<String> lines(String file) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(file));
    return lines.subList(1, lines.size());
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
