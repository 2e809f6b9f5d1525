package dev.seriatim.itests;

import ai.djl.ndarray.NDArray;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model of the parts that come with the system, too small to have learned anything: 8×8 pixels,
 * 4×4 tokens out of 32, random weights that are the same on every machine.
 */
final class TinyModel {
  static final String NAME = "tiny";

  /** Tokens of an image, and so steps of a generation. */
  static final int STEPS = 16;

  static final String TOKENIZER_FILE = "tokenizer.safetensors";
  static final String GENERATOR_FILE = "generator.safetensors";
  private static final String DESCRIPTOR = "model.json";
  private static final long SEED = 7;
  private static final ConditionSpace CONDITIONS =
      new ConditionSpace(List.of("a", "b", "c"), false);
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private static Path folder;

  private TinyModel() {}

  /** The model's folder, made once per JVM. */
  static synchronized Path folder() {
    if (folder == null) {
      try {
        folder = write(Files.createDirectories(Path.of("target", "models").resolve(NAME)));
      } catch (Exception e) {
        throw new IllegalStateException("The model cannot be made", e);
      }
    }
    return folder;
  }

  /**
   * A copy of the model under another name.
   *
   * @param change of its descriptor
   */
  static Path variant(Path parent, String name, Consumer<JsonObject> change) throws IOException {
    Path copy = Files.createDirectories(parent.resolve(name));
    for (String file : List.of(TOKENIZER_FILE, GENERATOR_FILE)) {
      Files.copy(folder().resolve(file), copy.resolve(file));
    }
    JsonObject descriptor =
        JsonParser.parseString(Files.readString(folder().resolve(DESCRIPTOR))).getAsJsonObject();
    descriptor.addProperty("name", name);
    change.accept(descriptor);
    Files.writeString(copy.resolve(DESCRIPTOR), GSON.toJson(descriptor));
    return copy;
  }

  static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a recipe and the descriptor say of the parts. */
  static Map<String, PartReference> parts() {
    Map<String, PartReference> parts = new LinkedHashMap<>();
    parts.put(
        "tokenizer",
        part(
            "vq.grid",
            Map.of("height", 8, "width", 8, "vocabulary", 32, "channels", List.of(8)),
            TOKENIZER_FILE,
            ""));
    parts.put(
        "backbone",
        part(
            "transformer.causal",
            Map.of("layers", 2, "heads", 2, "width", 16),
            GENERATOR_FILE,
            "backbone."));
    parts.put("head", part("categorical", Map.of(), GENERATOR_FILE, "head."));
    parts.put("scheduler", part("raster", Map.of(), null, ""));
    return parts;
  }

  private static PartReference part(
      String id, Map<String, Object> config, String weights, String prefix) {
    return new PartReference(id, "[1.0,2)", config, weights, prefix);
  }

  private static Path write(Path target) throws Exception {
    try (Seriatim seriatim =
        Seriatim.builder().bundles(Home.bundles().toArray(Path[]::new)).start()) {
      Engine engine = seriatim.engine();
      Assembly assembly = seriatim.service(Assembler.class).assemble(CONDITIONS, parts());
      Map<String, List<TensorData>> files = new LinkedHashMap<>();
      for (Map.Entry<String, PartReference> each : parts().entrySet()) {
        if (each.getValue().weights() != null) {
          engine
              .call(() -> tensors(engine, assembly, each.getKey(), each.getValue().prefix()))
              .forEach(
                  tensor ->
                      files
                          .computeIfAbsent(each.getValue().weights(), file -> new ArrayList<>())
                          .add(tensor));
        }
      }
      Map<String, String> hashes = new LinkedHashMap<>();
      files.forEach(
          (file, tensors) -> {
            seriatim.service(CheckpointFormat.class).write(target.resolve(file), Map.of(), tensors);
            hashes.put(file, sha256(target.resolve(file)));
          });
      ModelDescriptor descriptor =
          new ModelDescriptor(
              NAME,
              "1.0.0",
              "Too small to have learned anything",
              "Apache-2.0",
              CONDITIONS,
              parts(),
              List.of(
                  PartReference.of("cfg", "[1.0,2)", Map.of("scale", 1.5)),
                  PartReference.of("temperature", "[1.0,2)", Map.of("value", 1.0))),
              hashes);
      Files.writeString(
          target.resolve(DESCRIPTOR), seriatim.service(DescriptorFormat.class).write(descriptor));
      return target;
    }
  }

  private static List<TensorData> tensors(
      Engine engine, Assembly assembly, String kind, String prefix) {
    try (Weights weights = engine.initialise(assembly.parameters(kind), SEED)) {
      return weights.names().stream()
          .map(
              name -> {
                NDArray array = weights.get(name);
                return new TensorData(
                    new TensorInfo(prefix + name, ElementType.F32, array.getShape()),
                    bytes(array.toFloatArray()));
              })
          .toList();
    }
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  /** A key of an object that lies in others. */
  static JsonObject at(JsonObject root, String... keys) {
    JsonObject found = root;
    for (String key : keys) {
      found = Optional.ofNullable(found.getAsJsonObject(key)).orElseThrow();
    }
    return found;
  }
}
