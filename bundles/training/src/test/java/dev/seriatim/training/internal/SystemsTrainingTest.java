package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.training.Trainer.Options;
import dev.seriatim.backbone.mar.internal.MarFactory;
import dev.seriatim.backbone.maskgit.internal.BertFactory;
import dev.seriatim.backbone.nextscale.internal.FlowArFactory;
import dev.seriatim.backbone.nextscale.internal.VarFactory;
import dev.seriatim.checkpoints.internal.SafetensorsFormat;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.head.diffusion.internal.DiffusionHeadFactory;
import dev.seriatim.head.flow.internal.FlowHeadFactory;
import dev.seriatim.runtime.internal.generation.GenerationLoop;
import dev.seriatim.runtime.internal.json.JsonDescriptorFormat;
import dev.seriatim.schedulers.internal.MaskedConfidenceFactory;
import dev.seriatim.schedulers.internal.MaskedRandomFactory;
import dev.seriatim.schedulers.internal.NextScaleFactory;
import dev.seriatim.testkit.FactoryAssembler;
import dev.seriatim.tokenizer.kl.internal.KlGridFactory;
import dev.seriatim.tokenizer.kl.internal.KlPyramidFactory;
import dev.seriatim.tokenizer.multiscale.internal.VqMultiScaleFactory;
import dev.seriatim.tokenizer.vq.internal.VqGridFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of system is trained: masked ones, pyramids, continuous tokens. */
class SystemsTrainingTest {
  private static final String RECIPE =
      """
      {
        "name": "small", "version": "1.0.0", "title": "Small", "license": "Apache-2.0",
        "conditions": { "labels": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
        "data": { "format": "idx" },
        "seed": 5,
        "parts": { PARTS,
          "guides": [{ "id": "cfg", "version": "[1.0,2)", "config": { "scale": 1.5 } }]
        },
        "stages": [
          { "name": "tokenizer", "train": ["tokenizer"], "steps": 3, "batch": 8,
            "measure-images": 16, "optimizer": { "learning-rate": 1e-3 } },
          { "name": "generator", "train": ["backbone", "head"], "steps": STEPS, "batch": 26,
            "condition-dropout": 0.2, "measure-images": 32,
            "optimizer": { "learning-rate": 3e-3, "warm-up": 2, "ema": 0.5 } }
        ]
      }
      """;

  private static final String NETWORK =
      """
      { "width": 4, "channels": [4, 4, 8], "blocks": 1, "groups": 2, "middle-attention": false }
      """;

  /** A system by the parts that it is made of. */
  record SmallSystem(String name, String parts) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static PyTorchEngine engine;

  @TempDir Path folder;

  static Stream<SmallSystem> systems() {
    return Stream.of(
        new SmallSystem(
            "masked ids",
            """
            "tokenizer": { "id": "vq.grid", "version": "[1.0,2)", "config":
              { "height": 28, "width": 28, "vocabulary": 16, "code-width": 4, "channels": [8, 8] } },
            "backbone": { "id": "maskgit.bert", "version": "[1.0,2)", "config":
              { "layers": 1, "heads": 2, "width": 16, "mlp-width": 32 } },
            "head": { "id": "categorical", "version": "[1.0,2)" },
            "scheduler": { "id": "masked.confidence", "version": "[1.0,2)", "config": { "steps": 3 } }
            """),
        new SmallSystem(
            "masked ids in random order",
            """
            "tokenizer": { "id": "vq.grid", "version": "[1.0,2)", "config":
              { "height": 28, "width": 28, "vocabulary": 16, "code-width": 4, "channels": [8, 8] } },
            "backbone": { "id": "maskgit.bert", "version": "[1.0,2)", "config":
              { "layers": 1, "heads": 2, "width": 16, "mlp-width": 32 } },
            "head": { "id": "categorical", "version": "[1.0,2)" },
            "scheduler": { "id": "masked.random", "version": "[1.0,2)", "config": { "iterations": 3 } }
            """),
        new SmallSystem(
            "scales of ids",
            """
            "tokenizer": { "id": "vq.multi-scale", "version": "[1.0,2)", "config":
              { "image-size": 28, "image-channels": 1, "scales": [1, 3, 7], "vocabulary": 16,
                "code-width": 4, "network": NETWORK } },
            "backbone": { "id": "var", "version": "[1.0,2)", "config":
              { "layers": 1, "heads": 2, "width": 16, "features": 4 } },
            "head": { "id": "categorical", "version": "[1.0,2)" },
            "scheduler": { "id": "next-scale", "version": "[1.0,2)" }
            """),
        new SmallSystem(
            "masked vectors",
            """
            "tokenizer": { "id": "kl.grid", "version": "[1.0,2)", "config":
              { "height": 28, "width": 28, "image-channels": 1, "latent-width": 3,
                "network": NETWORK } },
            "backbone": { "id": "mar", "version": "[1.0,2)", "config":
              { "encoder-width": 16, "encoder-layers": 1, "encoder-heads": 2, "decoder-width": 16,
                "decoder-layers": 1, "decoder-heads": 2, "buffer": 2 } },
            "head": { "id": "diffusion", "version": "[1.0,2)", "config":
              { "width": 16, "blocks": 1, "sampling-steps": "5" } },
            "scheduler": { "id": "masked.random", "version": "[1.0,2)", "config": { "iterations": 3 } }
            """),
        new SmallSystem(
            "scales of vectors",
            """
            "tokenizer": { "id": "kl.pyramid", "version": "[1.0,2)", "config":
              { "image-size": 28, "image-channels": 1, "scales": [1, 3, 7], "latent-width": 3,
                "network": NETWORK } },
            "backbone": { "id": "flowar", "version": "[1.0,2)", "config":
              { "width": 16, "encoder-layers": 1, "encoder-heads": 2, "decoder-layers": 1,
                "decoder-heads": 2, "features": 3 } },
            "head": { "id": "flow", "version": "[1.0,2)", "config":
              { "width": 16, "blocks": 1, "attention": "self", "heads": 2, "steps": 4 } },
            "scheduler": { "id": "next-scale", "version": "[1.0,2)" }
            """));
  }

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

  @ParameterizedTest
  @MethodSource("systems")
  void learnsSomething(SmallSystem system) throws Exception {
    RecordedRun run = RecordedRun.whole(engine);
    train(system, 40, "run", false, run);
    double first = mean(run.losses.subList(3, 8));
    double last = mean(run.losses.subList(38, 43));
    assertThat(last).isLessThan(first);
    assertThat(run.measures.get("generator 40 loss")).isFinite();
    assertThat(((Images) run.samples.get("generator 40")).samples()).isEqualTo(10);
    // Tokens that were encoded beforehand, and memory that does not grow.
    assertThat(run.memory.subList(4, 43)).containsOnly(run.memory.get(4));
  }

  @ParameterizedTest
  @MethodSource("systems")
  void aRunThatWasStoppedEndsAsOneThatWasNot(SmallSystem system) throws Exception {
    train(system, 5, "whole", false, RecordedRun.whole(engine));
    assertThat(
            train(
                system,
                5,
                "halves",
                false,
                new RecordedRun(engine, step -> step == 6, step -> false)))
        .isNull();
    train(system, 5, "halves", true, RecordedRun.whole(engine));
    for (String file : List.of("losses.csv", "measures.csv", "generator.safetensors")) {
      assertThat(folder.resolve("halves").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
    }
  }

  private static double mean(List<String> losses) {
    return losses.stream()
        .mapToDouble(line -> Double.parseDouble(line.split(",")[2]))
        .average()
        .orElseThrow();
  }

  private Path train(
      SmallSystem system, int steps, String run, boolean resume, RecordedRun listener)
      throws IOException, URISyntaxException {
    String recipe =
        RECIPE
            .replace("PARTS", system.parts())
            .replace("NETWORK", NETWORK)
            .replace("STEPS", String.valueOf(steps));
    Path file = Files.writeString(folder.resolve("recipe.json"), recipe);
    Path data = Path.of(SystemsTrainingTest.class.getResource("/mnist-small").toURI());
    return trainer().train(file, new Options(data, folder.resolve(run), resume, 0), listener);
  }

  private static RecipeTrainer trainer() {
    Map<String, PartFactory<?, ?>> factories =
        Map.ofEntries(
            Map.entry("vq.grid", new VqGridFactory()),
            Map.entry("maskgit.bert", new BertFactory()),
            Map.entry("categorical", new CategoricalHeadFactory()),
            Map.entry("masked.confidence", new MaskedConfidenceFactory()),
            Map.entry("masked.random", new MaskedRandomFactory()),
            Map.entry("next-scale", new NextScaleFactory()),
            Map.entry("vq.multi-scale", new VqMultiScaleFactory()),
            Map.entry("kl.grid", new KlGridFactory()),
            Map.entry("kl.pyramid", new KlPyramidFactory()),
            Map.entry("var", new VarFactory()),
            Map.entry("flowar", new FlowArFactory()),
            Map.entry("mar", new MarFactory()),
            Map.entry("diffusion", new DiffusionHeadFactory()),
            Map.entry("flow", new FlowHeadFactory()),
            Map.entry("cfg", new ClassifierFreeFactory()));
    return new RecipeTrainer(
        engine,
        new FactoryAssembler(factories),
        new JsonDescriptorFormat(),
        new SafetensorsFormat(),
        new GenerationLoop(engine),
        new FileDataSets());
  }
}
