package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.api.training.Trainer.Options;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.backbone.bd3lm.internal.Bd3lmFactory;
import dev.seriatim.backbone.llama.internal.LlamaFactory;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.runtime.internal.generation.GenerationLoop;
import dev.seriatim.runtime.internal.json.JsonDescriptorFormat;
import dev.seriatim.schedulers.internal.BlockDiffusionFactory;
import dev.seriatim.schedulers.internal.MaskedBlocksFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.FactoryAssembler;
import dev.seriatim.tokenizer.text.internal.BytesFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains very small models on a text that can be learned by heart, with the real parts. */
class TextTrainingTest {
  private static final String RECIPE =
      """
      {
        "name": "small", "version": "1.0.0", "title": "Small", "license": "Apache-2.0",
        "data": { "format": "text", "held-out": 0.2 },
        "seed": 3, "keep-held-out": true,
        "parts": {
          "tokenizer": { "id": "text.bytes", "version": "[1.0,2)", "config": TOKENIZER },
          "backbone": { "id": "llama", "version": "[1.0,2)", "config":
            { "layers": 1, "heads": 2, "width": 32, "mlp-width": 64, MODE } },
          "head": { "id": "categorical", "version": "[1.0,2)" },
          "scheduler": { "id": "SCHEDULER", "version": "[1.0,2)" }
        },
        "stages": [
          { "name": "generator", "train": ["backbone", "head"], "length": 16, "steps": STEPS,
            "batch": 8, "checkpoint-every": 10, "measure-every": 20,
            "optimizer": { "learning-rate": 1e-2, "warm-up": 5, "ema": 0.9 } }
        ]
      }
      """;

  private static final String CAUSAL =
      RECIPE
          .replace("TOKENIZER", "{ \"context\": 24, \"begin\": true }")
          .replace("MODE", "\"attention\": \"causal\"")
          .replace("SCHEDULER", "raster");

  private static final String MASKED =
      RECIPE
          .replace("TOKENIZER", "{ \"context\": 24, \"mask\": true }")
          .replace("MODE", "\"attention\": \"full\", \"mask\": 256")
          .replace("SCHEDULER", "masked.blocks");

  /** SDAR: blocks of four, seen whole. */
  private static final String BLOCKS =
      RECIPE
          .replace("TOKENIZER", "{ \"context\": 24, \"mask\": true }")
          .replace("MODE", "\"attention\": \"block\", \"block\": 4, \"mask\": 256")
          .replace(
              "\"SCHEDULER\",",
              "\"block-diffusion\", \"config\": { \"block-length\": 4, \"mask-id\": 256 },");

  /** BD3-LM. */
  private static final String MODULATED_BLOCKS =
      BLOCKS.replaceAll(
          "\"backbone\": \\{[^}]*} }",
          """
          "backbone": { "id": "bd3lm", "version": "[1.0,2)", "config":
            { "layers": 1, "heads": 2, "width": 32, "mlp-width": 64, "condition-width": 8,
              "block-size": 4, "mask-id": 256 } }""");

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

  @BeforeEach
  void writeText() throws IOException {
    Files.writeString(folder.resolve("text.txt"), "to and fro, so it goes.\n".repeat(50));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(engine.memory().arrays()).isZero();
  }

  @Test
  void aCausalModelLearnsTheText() throws IOException {
    RecordedRun run = learn(CAUSAL.replace("STEPS", "60"));
    double bits = run.measures.get("generator 60 bits-per-byte");
    assertThat(bits).isLessThan(1.0);
    // A byte is a token.
    assertThat(run.measures.get("generator 60 loss") / Math.log(2)).isCloseTo(bits, within(1e-9));
    Texts samples = (Texts) run.samples.get("generator 60");
    assertThat(samples.texts())
        .hasSize(4)
        .allSatisfy(text -> assertThat(text.codePointCount(0, text.length())).isEqualTo(15));
  }

  @Test
  void trainsADraftBesideTheModel() throws IOException {
    String stages = CAUSAL.substring(CAUSAL.indexOf("{ \"name\": \"generator\""));
    String stage = stages.substring(0, stages.lastIndexOf("]"));
    String recipe =
        CAUSAL
            .replace(
                "\"scheduler\"",
                """
                "draft-backbone": { "id": "llama", "version": "[1.0,2)", "config":
                  { "layers": 1, "heads": 1, "width": 8, "mlp-width": 16 } },
                "draft-head": { "id": "categorical", "version": "[1.0,2)" },
                "scheduler\"""")
            .replace(
                stage,
                stage
                    + ","
                    + stage
                        .replace("\"backbone\", \"head\"", "\"draft-backbone\", \"draft-head\"")
                        .replace("\"generator\"", "\"draft\""));
    RecordedRun run = RecordedRun.whole(engine);
    Path model = train(recipe.replace("STEPS", "20"), "run", false, run);
    assertThat(run.stages).containsExactly("generator 0/20", "draft 0/20");
    assertThat(run.measures).containsKey("draft 20 bits-per-byte");
    String json = Files.readString(model.resolve("model.json"));
    PartReference draft =
        new JsonDescriptorFormat()
            .read(json, "model.json")
            .parts()
            .get(ModelDescriptor.DRAFT_BACKBONE);
    assertThat(draft.weights()).isEqualTo("draft.safetensors");
    assertThat(draft.prefix()).isEqualTo("backbone.");
    try (Checkpoint file = new SafetensorsFormat().open(model.resolve("draft.safetensors"))) {
      assertThat(file.tensors().get("backbone.token").shape().get(1)).isEqualTo(8);
    }
    refused(
        recipe
            .replace("STEPS", "1")
            .replace("\"draft-backbone\", \"draft-head\"]", "\"draft-backbone\"]"),
        "stages: expected a stage that trains the draft-head, found none");
  }

  @Test
  void theModelBringsTheHeldOutTextAlong() throws IOException {
    Path model = train(CAUSAL.replace("STEPS", "1"), "run", false, RecordedRun.whole(engine));
    try (Checkpoint file = new SafetensorsFormat().open(model.resolve(Evaluator.HELD_OUT))) {
      assertThat(file.tensors().get(Evaluator.HELD_OUT_TEXT).type()).isEqualTo(ElementType.U8);
      assertThat(StandardCharsets.UTF_8.decode(file.bytes(Evaluator.HELD_OUT_TEXT)).toString())
          .isEqualTo("to and fro, so it goes.\n".repeat(10));
    }
    String json = Files.readString(model.resolve("model.json"));
    assertThat(new JsonDescriptorFormat().read(json, "model.json").weights())
        .containsEntry(Evaluator.HELD_OUT, Sha256.of(model.resolve(Evaluator.HELD_OUT)));
  }

  @Test
  void aMaskedModelLearnsTheText() throws IOException {
    RecordedRun run = learn(MASKED.replace("STEPS", "60"));
    assertThat(run.measures.get("generator 60 bits-per-byte"))
        .isLessThan(run.measures.get("generator 20 bits-per-byte"))
        .isLessThan(4.0);
    assertThat(((Texts) run.samples.get("generator 60")).texts()).hasSize(4);
  }

  @Test
  void modelsOfBlocksLearnTheText() throws IOException {
    for (String recipe : new String[] {BLOCKS, MODULATED_BLOCKS}) {
      String name = recipe == BLOCKS ? "blocks" : "modulated";
      RecordedRun run = RecordedRun.whole(engine);
      assertThat(train(recipe.replace("STEPS", "60"), name, false, run)).isNotNull();
      assertThat(run.measures.get("generator 60 bits-per-byte"))
          .as(name)
          .isLessThan(run.measures.get("generator 20 bits-per-byte"))
          .isLessThan(5.0);
      assertThat(((Texts) run.samples.get("generator 60")).texts()).hasSize(4);
    }
  }

  @Test
  void aRunThatWasCancelledEndsAsOneThatWasNot() throws IOException {
    for (String recipe : new String[] {CAUSAL, MASKED, BLOCKS}) {
      String short20 = recipe.replace("STEPS", "20");
      String name = recipe == CAUSAL ? "causal" : recipe == MASKED ? "masked" : "blocks";
      train(short20, name, false, RecordedRun.whole(engine));
      String cancelled = name + "-cancelled";
      train(short20, cancelled, false, new RecordedRun(engine, step -> step == 7, step -> false));
      train(short20, cancelled, true, RecordedRun.whole(engine));
      for (String file : new String[] {"losses.csv", "measures.csv", "generator.safetensors"}) {
        assertThat(folder.resolve(cancelled).resolve(file))
            .hasSameBinaryContentAs(folder.resolve(name).resolve(file));
      }
    }
  }

  @Test
  void refusesWhatCannotBeTrained() throws IOException {
    String recipe = CAUSAL.replace("STEPS", "20");
    refused(
        recipe.replace("\"length\": 16", "\"length\": 25"),
        "stage generator: length: expected 2 to 24, found 25");
    refused(
        recipe.replace("\"length\": 16", "\"length\": 1"),
        "stage generator: length: expected 2 to 24, found 1");
    Files.writeString(folder.resolve("text.txt"), "short\n\n\n\n");
    refused(recipe, "stage generator: data: expected at least 15 tokens, found 7");
  }

  private void refused(String recipe, String message) {
    assertThatThrownBy(() -> train(recipe, "run", false, RecordedRun.whole(engine)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(message);
  }

  private RecordedRun learn(String recipe) throws IOException {
    RecordedRun run = RecordedRun.whole(engine);
    assertThat(train(recipe, "run", false, run)).isNotNull();
    assertThat(run.measures.get("generator 60 loss"))
        .isLessThan(run.measures.get("generator 20 loss"));
    return run;
  }

  private Path train(String recipe, String run, boolean resume, RecordedRun listener)
      throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe);
    Map<String, PartFactory<?, ?>> factories =
        Map.of(
            "text.bytes", new BytesFactory(),
            "llama", new LlamaFactory(),
            "bd3lm", new Bd3lmFactory(),
            "block-diffusion", new BlockDiffusionFactory(),
            "categorical", new CategoricalHeadFactory(),
            "raster", new RasterFactory(),
            "masked.blocks", new MaskedBlocksFactory());
    return new RecipeTrainer(
            engine,
            new FactoryAssembler(factories),
            new JsonDescriptorFormat(),
            new SafetensorsFormat(),
            new GenerationLoop(engine),
            new FileDataSets())
        .train(
            file,
            new Options(folder.resolve("text.txt"), folder.resolve(run), resume, 0),
            listener);
  }
}
