package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.runtime.internal.json.JsonDescriptorFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeReaderTest {
  private static final String RECIPE =
      """
      {
        "name": "digits", "version": "1.0.0", "title": "Digits", "license": "Apache-2.0",
        "conditions": { "labels": ["0", "1"] },
        "data": { "folder": "data", "pad": 2 },
        "seed": 3,
        "store": "F16",
        "parts": {
          "tokenizer": { "id": "vq.grid", "version": "[1.0,2)", "config": { "height": 32 } },
          "backbone": { "id": "transformer.causal", "version": "[1.0,2)" },
          "head": { "id": "categorical", "version": "[1.0,2)" },
          "guides": [{ "id": "cfg", "version": "[1.0,2)", "config": { "scale": 2 } }]
        },
        "stages": [
          { "name": "tokenizer", "train": ["tokenizer"], "steps": 10, "batch": 4,
            "optimizer": { "learning-rate": 1e-3 } },
          { "name": "generator", "train": ["backbone", "head"], "steps": 20, "batch": 8,
            "condition-dropout": 0.1, "shift": 1, "checkpoint-every": 5, "measure-every": 6,
            "samples-every": 7, "sample-guidance": 3,
            "optimizer": { "learning-rate": 2e-3, "warm-up": 2, "final-learning-rate": 1e-4,
              "betas": [0.8, 0.9], "epsilon": 1e-6, "weight-decay": 0.1, "clip": 0.5, "ema": 0.5 } }
        ]
      }
      """;

  @TempDir Path folder;

  @Test
  void readsEverything() throws IOException {
    Recipe recipe = read(RECIPE);
    assertThat(recipe.model().name()).isEqualTo("digits");
    assertThat(recipe.model().guides()).hasSize(1);
    assertThat(recipe.folder()).isEqualTo(folder.resolve("data"));
    assertThat(recipe.data()).containsOnlyKeys("pad");
    assertThat(recipe.seed()).isEqualTo(3);
    assertThat(recipe.store()).isEqualTo(ElementType.F16);
    StageSpec stage = recipe.stages().get(1);
    assertThat(stage.train()).containsExactly("backbone", "head");
    assertThat(stage.conditionDropout()).isEqualTo(0.1);
    assertThat(stage.shift()).isEqualTo(1);
    assertThat(stage.checkpointEvery()).isEqualTo(5);
    assertThat(stage.sampleGuidance()).isEqualTo(3);
    assertThat(stage.optimizer())
        .isEqualTo(new OptimizerSpec(2e-3, 2, 1e-4, 0.8, 0.9, 1e-6, 0.1, 0.5, 0.5));
  }

  @Test
  void theOptionsOfTheRunNameAnotherFolder() throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.json"), RECIPE);
    Recipe recipe = new RecipeReader(new JsonDescriptorFormat()).read(file, Path.of("elsewhere"));
    assertThat(recipe.folder()).isEqualTo(Path.of("elsewhere"));
  }

  @Test
  void fingerprintsFollowWhatIsLearnedAndNothingElse() throws IOException {
    Recipe recipe = read(RECIPE);
    String tokenizer = recipe.stages().get(0).fingerprint();
    String generator = recipe.stages().get(1).fingerprint();
    Recipe shown = read(RECIPE.replace("\"samples-every\": 7", "\"samples-every\": 9"));
    assertThat(shown.stages().get(1).fingerprint()).isEqualTo(generator);
    Recipe longer = read(RECIPE.replace("\"steps\": 20", "\"steps\": 21"));
    assertThat(longer.stages().get(0).fingerprint()).isEqualTo(tokenizer);
    assertThat(longer.stages().get(1).fingerprint()).isNotEqualTo(generator);
    Recipe larger = read(RECIPE.replace("\"height\": 32", "\"height\": 64"));
    assertThat(larger.stages().get(0).fingerprint()).isNotEqualTo(tokenizer);
    assertThat(larger.stages().get(1).fingerprint()).isNotEqualTo(generator);
    Recipe another = read(RECIPE.replace("\"seed\": 3", "\"seed\": 4"));
    assertThat(another.stages().get(0).fingerprint()).isNotEqualTo(tokenizer);
  }

  @Test
  void refusesKeysThatItDoesNotKnow() {
    refused("\"seed\": 3", "\"sead\": 3", "sead: expected one of the keys ");
    refused("\"shift\": 1", "\"shifts\": 1", "stages[1].shifts: expected one of the keys ");
    refused("\"clip\"", "\"clipping\"", "stages[1].optimizer.clipping: expected one of the keys ");
    refused("\"height\": 32 }", "\"height\": 32 }, \"weight\": 1", "weight");
  }

  @Test
  void refusesValuesThatMakeNoSense() {
    refused(
        "\"steps\": 10",
        "\"steps\": 0",
        "stages[0].steps: expected a whole number of at least 1, found 0");
    refused("\"steps\": 10", "\"steps\": \"ten\"", "stages[0].steps: expected a whole number");
    refused(
        "\"batch\": 4", "\"batch\": 4.5", "stages[0].batch: expected a whole number from 1 to ");
    refused("[0.8, 0.9]", "[0.8]", "stages[1].optimizer.betas: expected a list of 2 numbers");
    refused(
        "\"learning-rate\": 1e-3",
        "\"learning-rate\": -1",
        "learning-rate: expected a number from 0");
    refused("\"F16\"", "\"F8\"", "store: expected F32 or F16, found F8");
    refused("[\"tokenizer\"]", "[\"classifier\"]", "stages[0].train: expected kinds among ");
    refused(
        "[\"backbone\", \"head\"]", "[\"tokenizer\"]", "stages: expected each part trained once");
    refused(
        "\"name\": \"generator\"",
        "\"name\": \"tokenizer\"",
        "stages: expected stages of different names");
    refused(
        "\"name\": \"generator\"",
        "\"name\": \"../x\"",
        "stages[1].name: expected lower-case words");
    refused("\"folder\": \"data\", ", "", "data.folder: expected a folder");
    refused("\"data\": {", "\"data\": 1, \"x\": {", "data: expected an object, found 1");
  }

  @Test
  void refusesWhatIsNotJson() {
    refused("\"seed\": 3,", "\"seed\": ,", "recipe.json: expected JSON: ");
    assertThatThrownBy(() -> read("[]"))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("recipe.json: expected a JSON object, found []");
    Path absent = folder.resolve("absent.json");
    assertThatThrownBy(() -> new RecipeReader(new JsonDescriptorFormat()).read(absent, null))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("absent.json: expected a recipe, cannot be read");
  }

  private void refused(String original, String changed, String message) {
    assertThat(RECIPE).contains(original);
    assertThatThrownBy(() -> read(RECIPE.replace(original, changed)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("recipe.json")
        .hasMessageContaining(message);
  }

  private Recipe read(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.json"), json);
    return new RecipeReader(new JsonDescriptorFormat()).read(file, null);
  }
}
