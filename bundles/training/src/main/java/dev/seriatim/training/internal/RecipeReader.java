package dev.seriatim.training.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.weights.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads recipes, and refuses what is not one. */
final class RecipeReader {
  /** Keys that a recipe shares with a model descriptor; they are read as that is. */
  private static final List<String> DESCRIPTOR_KEYS =
      List.of("name", "version", "title", "license", "conditions", "parts");

  /** Parts that a kind of part is laid out upon: a change of one changes the other's weights. */
  private static final Map<String, List<String>> UPON =
      Map.of(
          ProvidesPart.BACKBONE, List.of(ProvidesPart.TOKENIZER),
          ProvidesPart.HEAD, List.of(ProvidesPart.TOKENIZER, ProvidesPart.BACKBONE),
          ModelDescriptor.DRAFT_BACKBONE, List.of(ProvidesPart.TOKENIZER),
          ModelDescriptor.DRAFT_HEAD,
              List.of(ProvidesPart.TOKENIZER, ModelDescriptor.DRAFT_BACKBONE));

  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .disableHtmlEscaping()
          .serializeSpecialFloatingPointValues()
          .create();

  private final DescriptorFormat descriptors;

  RecipeReader(DescriptorFormat descriptors) {
    this.descriptors = descriptors;
  }

  /**
   * Reads a recipe.
   *
   * @param file JSON
   * @param data folder of the data set; null for the recipe's own
   */
  Recipe read(Path file, Path data) {
    String text = text(file);
    JsonObject json = parse(file, text);
    Map<String, Object> values =
        GSON.fromJson(json, new TypeToken<LinkedHashMap<String, Object>>() {}.getType());
    Settings settings = new Settings(file.toString(), "", values);
    DESCRIPTOR_KEYS.forEach(settings::has);
    ModelDescriptor model = descriptors.read(descriptor(json), file.toString());
    Settings dataSettings = settings.object("data");
    Path folder = folder(file, dataSettings, data);
    long seed = settings.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0);
    ElementType store =
        switch (settings.text("store", "F32")) {
          case "F32" -> ElementType.F32;
          case "F16" -> ElementType.F16;
          default -> throw settings.refuse("store", "F32 or F16", settings.text("store"));
        };
    boolean keepHeldOut = settings.truth("keep-held-out", false);
    List<StageSpec> stages = new ArrayList<>();
    for (Settings stage : settings.objects("stages")) {
      stages.add(stage(stage, values, model, file));
    }
    if (stages.isEmpty()) {
      throw settings.refuse("stages", "at least one stage", "none");
    }
    checkStages(settings, stages);
    settings.refuseOthers();
    Map<String, Object> options = new LinkedHashMap<>(dataSettings.values());
    options.remove("folder");
    return new Recipe(
        file, text, model, folder, options, seed, store, keepHeldOut, List.copyOf(stages));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new SeriatimException(file + ": expected a recipe, cannot be read: " + e, e);
    }
  }

  private static JsonObject parse(Path file, String text) {
    try {
      JsonElement root = GSON.fromJson(text, JsonElement.class);
      if (root != null && root.isJsonObject()) {
        return root.getAsJsonObject();
      }
      throw new SeriatimException(file + ": expected a JSON object, found " + root);
    } catch (JsonParseException e) {
      throw new SeriatimException(file + ": expected JSON: " + e.getMessage(), e);
    }
  }

  /** The part of a recipe that is a model descriptor. */
  private static String descriptor(JsonObject recipe) {
    JsonObject descriptor = new JsonObject();
    for (String key : DESCRIPTOR_KEYS) {
      if (recipe.has(key)) {
        descriptor.add(key, recipe.get(key));
      }
    }
    return GSON.toJson(descriptor);
  }

  private static Path folder(Path file, Settings settings, Path override) {
    String named = settings.text("folder", "");
    if (override != null) {
      return override;
    }
    if (named.isEmpty()) {
      throw settings.refuse("folder", "a folder, here or in the options of the run", "nothing");
    }
    return file.toAbsolutePath().getParent().resolve(named).normalize();
  }

  private static StageSpec stage(
      Settings stage, Map<String, Object> recipe, ModelDescriptor model, Path file) {
    String name = stage.text("name");
    if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw stage.refuse("name", "lower-case words joined by '-'", '"' + name + '"');
    }
    List<String> train = stage.texts("train");
    for (String kind : train) {
      if (!model.parts().containsKey(kind)) {
        throw stage.refuse("train", "kinds among " + model.parts().keySet(), kind);
      }
    }
    if (train.isEmpty() || new HashSet<>(train).size() < train.size()) {
      throw stage.refuse("train", "one or more different kinds of part", train.toString());
    }
    if (stage.has("from")) {
      StageSpec finished = finished(stage, name, train, file);
      stage.refuseOthers();
      return finished;
    }
    StageSpec spec =
        new StageSpec(
            name,
            train,
            null,
            stage.whole("steps", 1, Long.MAX_VALUE),
            (int) stage.whole("batch", 1, 1 << 20),
            OptimizerSpec.read(stage.object("optimizer")),
            stage.whole("checkpoint-every", 1, Long.MAX_VALUE, 500),
            stage.whole("measure-every", 0, Long.MAX_VALUE, 0),
            (int) stage.whole("measure-images", 1, Integer.MAX_VALUE, 2000),
            stage.whole("samples-every", 0, Long.MAX_VALUE, 0),
            stage.number("condition-dropout", 0, 1, 0),
            (int) stage.whole("shift", 0, 8, 0),
            (int) stage.whole("length", 1, Integer.MAX_VALUE, 0),
            stage.number("sample-guidance", 0, 1e6, Double.NaN),
            fingerprint(stage, recipe, train));
    stage.refuseOthers();
    return spec;
  }

  private static StageSpec finished(Settings stage, String name, List<String> train, Path recipe) {
    Path from = recipe.toAbsolutePath().getParent().resolve(stage.text("from")).normalize();
    try {
      return StageSpec.finished(name, train, from, Sha256.of(from));
    } catch (IOException e) {
      throw stage.refuse("from", "a file of weights", from + ", which cannot be read: " + e);
    }
  }

  /** Keys of a stage that change what is shown, and nothing of what is learned. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "checkpoint-every",
          "measure-every",
          "measure-images",
          "samples-every",
          "sample-guidance");

  private static String fingerprint(
      Settings stage, Map<String, Object> recipe, List<String> train) {
    Map<String, Object> own = new TreeMap<>(stage.values());
    own.keySet().removeAll(WITHOUT_EFFECT);
    Map<String, Object> parts = new TreeMap<>();
    Map<?, ?> all = (Map<?, ?>) recipe.get("parts");
    for (String kind : train) {
      parts.put(kind, all.get(kind));
      for (String below : UPON.getOrDefault(kind, List.of())) {
        parts.put(below, all.get(below));
      }
    }
    Map<String, Object> data = new TreeMap<>();
    if (recipe.get("data") instanceof Map<?, ?> map) {
      map.forEach((key, value) -> data.put(String.valueOf(key), value));
    }
    data.remove("folder");
    Map<String, Object> decisive = new TreeMap<>();
    decisive.put("stage", own);
    decisive.put("parts", parts);
    decisive.put("data", data);
    decisive.put("conditions", recipe.get("conditions"));
    decisive.put("seed", recipe.get("seed"));
    return Sha256.of(GSON.toJson(decisive));
  }

  private static void checkStages(Settings settings, List<StageSpec> stages) {
    Set<String> names = new HashSet<>();
    Set<String> trained = new HashSet<>();
    for (StageSpec stage : stages) {
      if (!names.add(stage.name())) {
        throw settings.refuse("stages", "stages of different names", "two named " + stage.name());
      }
      for (String kind : stage.train()) {
        if (!trained.add(kind)) {
          throw settings.refuse("stages", "each part trained once", kind + " trained twice");
        }
      }
    }
  }
}
