package dev.seriatim.runtime.internal.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ModelNotWiredException;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.ModelStatus.State;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Weights of models, and parts that are lent: loaded once, shared, checked. */
class WeightsTest extends TinyModel {
  @Test
  void weightsLoadOnceHoweverOftenTheServiceIsUsed() throws Exception {
    Generator generator = addTinyModel();
    generator.generate(request(1));
    int built = tiny.built.get();
    MemoryUse loaded = settledMemory();
    assertThat(loaded.arrays()).isGreaterThan(before.arrays());
    assertThat(built).isEqualTo(6);
    for (int i = 0; i < 20; i++) {
      ServiceReference<Generator> reference = generators().iterator().next();
      Generator again = framework.context().getService(reference);
      again.generate(request(2));
      framework.context().ungetService(reference);
      models.generator("tiny").generate(request(1));
    }
    assertThat(tiny.built).hasValue(built);
    assertThat(settledMemory()).isEqualTo(loaded);
  }

  @Test
  void weightsThatAreNotWhatTheyShouldBeAreRefused() throws Exception {
    addPartsBut("");
    String wrong = "0".repeat(64);
    addModel("tiny", descriptor("tiny", wrong));
    Generator generator = models.generator("tiny");
    String message =
        "model.tiny 1.0.0: w/all.safetensors: expected the SHA-256 "
            + wrong
            + ", found "
            + sha256(weights);
    assertThatThrownBy(() -> generator.generate(request(1))).hasMessage(message);
    ModelStatus status = models.model("tiny");
    assertThat(status.state()).isEqualTo(State.FAILED);
    assertThat(status.reason()).isEqualTo("tiny: " + message);
    assertThat(weightFolder().resolve(wrong)).isEmptyDirectory();
  }

  @Test
  void weightsThatAreNotThereAreRefused() throws Exception {
    addPartsBut("");
    String other = "1".repeat(64);
    addModel("tiny", descriptor("tiny", other).replace("w/all.safetensors", "w/none.safetensors"));
    assertThatThrownBy(() -> models.generator("tiny").generate(request(1)))
        .hasMessage(
            "model.tiny 1.0.0: w/none.safetensors: expected a file in the bundle, found none");
  }

  @Test
  void aPartThatNeedsWeightsAndIsGivenNoneIsRefused() throws Exception {
    addPartsBut("");
    addModel(
        "tiny",
        descriptor("tiny", sha256(weights))
            .replace(
                "\"weights\": \"w/all.safetensors\", \"prefix\": \"head.\"", "\"config\": {}"));
    assertThatThrownBy(() -> models.generator("tiny").generate(request(1)))
        .hasMessage("head linear: weights: expected a file with its 1 weights, found none");
  }

  private static Path weightFolder() {
    return framework.runtime().getDataFile("weights").toPath();
  }

  @Test
  void copiedWeightsAreUsedAgainUnlessTheyAreSpoiled() throws Exception {
    addTinyModel().generate(request(1));
    Path copy = weightFolder().resolve(sha256(weights)).resolve("all.safetensors");
    assertThat(copy).hasBinaryContent(weights);

    // A new start of the runtime finds the file as it was left: whole, or spoiled.
    for (byte[] left : List.of(weights, new byte[] {1, 2, 3})) {
      framework.runtime().stop();
      Files.write(copy, left);
      framework.runtime().start();
      models = framework.service(Models.class);
      models.generator("tiny").generate(request(1));
      assertThat(copy).hasBinaryContent(weights);
      try (var files = Files.list(copy.getParent())) {
        assertThat(files).containsExactly(copy);
      }
    }
  }

  @Test
  void weightsBesideTheBundleAreReadAndVerifiedWhereTheyAre() throws Exception {
    addPartsBut("");
    Path file = folder.resolve("beside").resolve("w").resolve("all.safetensors");
    Files.createDirectories(file.getParent());
    Files.write(file, weights);
    Bundle model = addModelBeside();
    models.generator("tiny").generate(request(1));
    model.uninstall();

    byte[] other = weights.clone();
    other[other.length - 1]++;
    Files.write(file, other);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    model = addModelBeside();
    assertThatThrownBy(() -> models.generator("tiny").generate(request(1)))
        .hasMessage(
            file + ": expected the SHA-256 " + sha256(weights) + ", found " + sha256(other));
    model.uninstall();

    Files.delete(file);
    addModelBeside();
    assertThatThrownBy(() -> models.generator("tiny").generate(request(1)))
        .hasMessage(file + ": expected a file with weights, found none");
  }

  private Bundle addModelBeside() throws Exception {
    return framework.addModel(
        "tiny",
        PARTS,
        Map.of("Seriatim-Weights", folder.resolve("beside").toUri().toString()),
        Map.of("model.json", Jars.utf8(descriptor("tiny", sha256(weights)))));
  }

  @Test
  void aPartOfAnUnwiredModelIsLentAlone() throws Exception {
    addPartsBut("linear");
    addModel("tiny");
    PartLender lender = framework.service(PartLender.class);
    try (PartLease<Tokenizer> lease = lender.lend("tiny", "tokenizer", Tokenizer.class)) {
      assertThat(tiny.built).hasValue(1);
      assertThat(lease.description().id()).isEqualTo("grey");
      Images images = new Images(1, 1, 2, 3, new float[] {0, 1, 0, 1, 0, 1});
      Canvas canvas =
          engine.call(
              () -> {
                try (var scope = engine.scope("test")) {
                  return lease.part().encode(images, scope.manager());
                }
              });
      assertThat(canvas.ids()).containsExactly(0, 3, 0, 3, 0, 3);
    }
    engine.call(() -> null); // a part is closed on the engine's thread, after its lease
    assertThat(tiny.closed).hasValue(1);
    try (PartLease<Backbone> lease = lender.lend("tiny", "backbone", Backbone.class)) {
      assertThat(lease.part().width()).isEqualTo(5);
      assertThat(tiny.built).hasValue(2);
    }
    assertThatThrownBy(() -> lender.lend("tiny", "head", dev.seriatim.api.part.Head.class))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage("tiny needs head linear [1.0,2), which is not installed");
    assertThatThrownBy(() -> lender.lend("tiny", "classifier", Classifier.class))
        .hasMessage(
            "tiny: part: expected one of tokenizer, backbone, head, scheduler, guide:warm,"
                + " guide:away, found classifier");
    assertThatThrownBy(() -> lender.lend("tiny", "tokenizer", Backbone.class))
        .hasMessageStartingWith("tokenizer grey: type: expected Backbone, found ");
  }

  @Test
  void aPartOfAWiredModelIsSharedWithItsGenerator() throws Exception {
    Generator generator = addTinyModel();
    PartLender lender = framework.service(PartLender.class);
    PartLease<Backbone> lease = lender.lend("tiny", "backbone", Backbone.class);
    assertThat(tiny.built).hasValue(1);
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    assertThatThrownBy(() -> lender.lend("tiny", "head", Backbone.class))
        .hasMessageStartingWith("head linear: type: expected Backbone, found ");
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    generator.generate(request(1));
    assertThat(tiny.built).hasValue(6);
    try (PartLease<Backbone> second = lender.lend("tiny", "backbone", Backbone.class)) {
      assertThat(second.part()).isSameAs(lease.part());
    }
    lease.close();
    lease.close();
    assertThat(tiny.closed).hasValue(0);
  }

  @Test
  void aJudgeLendsItsClassifierAndGeneratesNothing() throws Exception {
    addPart("classifier", "brightness", "1.0.0");
    framework.addModel(
        "judge",
        List.of(),
        Map.of(
            "model.json",
            Jars.utf8(
                """
                {"name": "judge", "version": "1.0.0",
                 "parts": {"classifier": {"id": "brightness", "version": "1.0"}},
                 "weights": {"reference.safetensors": "%s"}}"""
                    .formatted(sha256(weights))),
            "reference.safetensors",
            weights));
    assertThat(models.model("judge").state()).isEqualTo(State.READY);
    assertThatThrownBy(() -> models.generator("judge"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            "judge cannot generate: expected the parts tokenizer, backbone, head, scheduler, found"
                + " classifier");
    PartLender lender = framework.service(PartLender.class);
    try (PartLease<Classifier> lease = lender.lend("judge", "classifier", Classifier.class)) {
      assertThat(lease.part().imageShape()).isEqualTo(new Shape(1, 2, 3));
      assertThat(models.model("judge").state()).isEqualTo(State.WIRED);
    }
    try (Checkpoint reference = lender.open("judge", "reference.safetensors")) {
      assertThat(reference.tensors())
          .containsOnlyKeys(
              "backbone.table", "head.output", "draft-backbone.table", "draft-head.output");
    }
    assertThatThrownBy(() -> lender.open("judge", "../secret"))
        .hasMessage("judge: weights: expected one of reference.safetensors, found ../secret");
  }
}
