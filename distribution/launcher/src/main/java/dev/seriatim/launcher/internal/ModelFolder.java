package dev.seriatim.launcher.internal;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.model.packaging.MalformedDescriptorException;
import dev.seriatim.model.packaging.ModelHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * A model folder, and the model bundle that it makes. Weights stay where they are, however large;
 * the bundle says where.
 */
final class ModelFolder {
  /** Name of the descriptor in a folder and in a bundle. */
  static final String DESCRIPTOR = "model.json";

  /** Manifest header: the folder in which the weights are, as a URI. The runtime reads it. */
  static final String WEIGHTS_FOLDER = "Seriatim-Weights";

  private static final String BUNDLE_PREFIX = "dev.seriatim.model.";

  private final Path folder;
  private final String json;
  private final ModelHeaders headers;

  private ModelFolder(Path folder, String json, ModelHeaders headers) {
    this.folder = folder;
    this.json = json;
    this.headers = headers;
  }

  /**
   * Reads a folder's descriptor.
   *
   * @throws SeriatimException when it is malformed, naming file and key, or lacks a weight file
   */
  static ModelFolder read(Path folder) {
    Path file = folder.resolve(DESCRIPTOR);
    try {
      String json = Files.readString(file);
      ModelFolder model = new ModelFolder(folder, json, ModelHeaders.of(json));
      for (String weights : model.weights()) {
        if (!Files.isRegularFile(folder.resolve(weights))) {
          throw new SeriatimException(
              file + ": weights: expected the file " + weights + " in the folder, found none");
        }
      }
      return model;
    } catch (MalformedDescriptorException e) {
      throw new SeriatimException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Symbolic name of the bundle. */
  String symbolicName() {
    return BUNDLE_PREFIX + headers.name();
  }

  /** Writes the bundle: manifest and descriptor. */
  void writeBundle(OutputStream out) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(out, manifest())) {
      jar.putNextEntry(new ZipEntry(DESCRIPTOR));
      jar.write(json.getBytes(StandardCharsets.UTF_8));
      jar.closeEntry();
    }
  }

  private Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", symbolicName());
    main.putValue("Bundle-Version", headers.version());
    main.putValue("Provide-Capability", headers.provided());
    main.putValue("Require-Capability", headers.required());
    main.putValue(WEIGHTS_FOLDER, folder.toAbsolutePath().normalize().toUri().toString());
    return manifest;
  }

  /** The weight files that the descriptor lists, below the folder. */
  private Iterable<String> weights() {
    TreeSet<String> files = new TreeSet<>();
    JsonObject descriptor = JsonParser.parseString(json).getAsJsonObject();
    if (descriptor.get("weights") instanceof JsonObject weights) {
      for (Map.Entry<String, JsonElement> entry : weights.entrySet()) {
        Path path = folder.resolve(entry.getKey()).normalize();
        if (!path.startsWith(folder.normalize())) {
          throw new SeriatimException(
              folder.resolve(DESCRIPTOR)
                  + ": weights: expected paths inside the folder, found "
                  + entry.getKey());
        }
        files.add(entry.getKey());
      }
    }
    return files;
  }
}
