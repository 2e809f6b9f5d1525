package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.ModelNotWiredException;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.ModelStatus.State;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.launcher.Seriatim;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Models whose parts or weights are not what they need: visible, with the reason, and no harm. */
class MissingPartIT {
  private static final String HEAD_BUNDLE = "dev.seriatim.head.categorical";

  @Test
  void aModelWithoutItsHeadSaysSoUntilTheHeadIsThere() throws Exception {
    try (Seriatim seriatim =
        Seriatim.builder()
            .bundles(Home.bundlesWithout(HEAD_BUNDLE))
            .models(TinyModel.folder())
            .start()) {
      String missing = "tiny needs head categorical [1.0,2), which is not installed";
      assertUnwired(seriatim, TinyModel.NAME, missing);
      assertThat(seriatim.models().models())
          .extracting(status -> status.descriptor().name())
          .contains(TinyModel.NAME);
      assertThat(seriatim.models().why("categorical")).isEqualTo(missing);

      BundleContext context = seriatim.unwrap(BundleContext.class);
      Bundle head = context.installBundle(Home.bundle(HEAD_BUNDLE).toUri().toString());
      String stopped =
          "tiny needs head categorical [1.0,2), but bundle dev.seriatim.head.categorical 1.0.0 that"
              + " provides it is not started";
      assertUnwired(seriatim, TinyModel.NAME, stopped);
      head.start();
      assertThat(status(seriatim, TinyModel.NAME).state()).isEqualTo(State.READY);
      assertThat(status(seriatim, TinyModel.NAME).reason()).isEmpty();
      assertThat(generators(seriatim, TinyModel.NAME)).isEqualTo(1);
      Generator generator = seriatim.generator(TinyModel.NAME);
      Systems.Output first = Systems.draw(seriatim, TinyModel.NAME, 1, 1);
      assertThat(status(seriatim, TinyModel.NAME).state()).isEqualTo(State.WIRED);

      head.stop();
      assertUnwired(seriatim, TinyModel.NAME, stopped);
      head.uninstall();
      assertUnwired(seriatim, TinyModel.NAME, missing);
      // One who kept the generator is told the same, and what the model held is free.
      assertThatThrownBy(() -> generator.generate(Systems.request(generator, 1, 1)))
          .isInstanceOf(ModelNotWiredException.class)
          .hasMessage(missing);
      assertThat(Systems.memory(seriatim).arrays()).isZero();

      context.installBundle(Home.bundle(HEAD_BUNDLE).toUri().toString()).start();
      assertThat(Systems.draw(seriatim, TinyModel.NAME, 1, 1)).isEqualTo(first);
    }
  }

  @Test
  void refusalsNameWhatIsWrongAndLeaveOtherModelsAlone(@TempDir Path models) throws Exception {
    TinyModel.variant(
        models,
        "newer",
        model -> TinyModel.at(model, "parts", "head").addProperty("version", "[2.0,3)"));
    TinyModel.variant(
        models,
        "unknown-key",
        model -> TinyModel.at(model, "parts", "backbone", "config").addProperty("layrs", 3));
    TinyModel.variant(
        models, "changed", model -> hash(model, TinyModel.GENERATOR_FILE, "0".repeat(64)));
    TinyModel.variant(
        models,
        "other-size",
        model -> TinyModel.at(model, "parts", "backbone", "config").addProperty("layers", 3));
    Path truncated = TinyModel.variant(models, "truncated", model -> {});
    Path file = truncated.resolve(TinyModel.TOKENIZER_FILE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    Path lying =
        TinyModel.variant(
            models,
            "lying",
            model -> hash(model, TinyModel.TOKENIZER_FILE, TinyModel.sha256(file)));
    Files.copy(file, lying.resolve(TinyModel.TOKENIZER_FILE), StandardCopyOption.REPLACE_EXISTING);

    try (Seriatim seriatim = Systems.builder().models(models, TinyModel.folder()).start()) {
      assertUnwired(
          seriatim, "newer", "newer needs head categorical [2.0,3), but only 1.2.0 is installed");
      assertThat(status(seriatim, "unknown-key").state()).isEqualTo(State.UNWIRED);
      assertThat(status(seriatim, "unknown-key").reason()).contains("layrs").contains("layers");

      // First: once a sound file of that hash is known, it stands for every model's.
      assertRefused(seriatim, "truncated", TinyModel.TOKENIZER_FILE + ": expected the SHA-256 ");
      Systems.Output alone = Systems.draw(seriatim, TinyModel.NAME, 1, 1);
      long held = Systems.memory(seriatim).arrays();

      assertRefused(
          seriatim,
          "changed",
          TinyModel.GENERATOR_FILE + ": expected the SHA-256 " + "0".repeat(64) + ", found ");
      assertRefused(seriatim, "lying", TinyModel.TOKENIZER_FILE);
      assertRefused(seriatim, "other-size", "tensor backbone.");

      assertThat(Systems.memory(seriatim).arrays()).isEqualTo(held);
      assertThat(Systems.draw(seriatim, TinyModel.NAME, 1, 1)).isEqualTo(alone);
    }
  }

  @Test
  void aRequestsOwnChoicesAreRefusedWithTheReason() {
    try (Seriatim seriatim = Systems.tiny()) {
      Generator generator = seriatim.generator(TinyModel.NAME);
      assertThatThrownBy(
              () ->
                  generator.generate(
                      Systems.request(generator, 1, 1)
                          .withScheduler(new PartChoice("masked", "", Map.of()))))
          .isInstanceOf(PartException.class)
          .hasMessageContaining("scheduler masked")
          .hasMessageContaining("not installed");
      assertThatThrownBy(
              () ->
                  generator.generate(
                      Systems.request(generator, 1, 1)
                          .withScheduler(new PartChoice("raster", "[3,4)", Map.of()))))
          .isInstanceOf(PartException.class)
          .hasMessageContaining("scheduler raster [3,4)")
          .hasMessageContaining("1.0.0");
      assertThatThrownBy(
              () ->
                  generator.generate(
                      Systems.request(generator, 1, 1)
                          .withGuide(new PartChoice("top-k", "", Map.of("k", 0)))))
          .isInstanceOf(PartException.class)
          .hasMessageContaining("top-k: k: expected at least 1, found 0");
    }
  }

  @Test
  void unknownNamesAreToldFromThoseThatThereAre() {
    try (Seriatim seriatim = Systems.tiny()) {
      assertThatThrownBy(() -> seriatim.generator("tyny"))
          .hasMessageContaining("'tyny'")
          .hasMessageContaining("nearest: tiny");
      assertThatThrownBy(() -> seriatim.models().why("categorial"))
          .hasMessageContaining("nearest: categorical");
    }
  }

  private static void hash(JsonObject model, String file, String sha256) {
    TinyModel.at(model, "weights").addProperty(file, sha256);
  }

  private static void assertUnwired(Seriatim seriatim, String model, String reason)
      throws Exception {
    assertThat(status(seriatim, model).state()).isEqualTo(State.UNWIRED);
    assertThat(status(seriatim, model).reason()).isEqualTo(reason);
    assertThat(seriatim.models().why(model)).isEqualTo(reason);
    assertThatThrownBy(() -> seriatim.generator(model))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage(reason);
    assertThat(generators(seriatim, model)).isZero();
  }

  private static void assertRefused(Seriatim seriatim, String model, String reason) {
    Generator generator = seriatim.generator(model);
    assertThatThrownBy(() -> generator.generate(Systems.request(generator, 1, 1)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(reason);
    assertThat(status(seriatim, model).state()).isEqualTo(State.FAILED);
    assertThat(status(seriatim, model).reason()).startsWith(model + ": ").contains(reason);
    assertThat(seriatim.models().why(model)).isEqualTo(status(seriatim, model).reason());
  }

  private static ModelStatus status(Seriatim seriatim, String model) {
    return seriatim.models().model(model);
  }

  private static int generators(Seriatim seriatim, String model) throws Exception {
    return seriatim
        .unwrap(BundleContext.class)
        .getServiceReferences(Generator.class, "(" + Generator.MODEL + "=" + model + ")")
        .size();
  }
}
