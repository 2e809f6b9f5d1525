package dev.seriatim.training.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the finished model: descriptor, weights and the recipe that they come from. */
final class ModelFolder {
  /** The descriptor's file. */
  static final String DESCRIPTOR = "model.json";

  /** The recipe's file. */
  static final String RECIPE = "recipe.json";

  private final DescriptorFormat descriptors;
  private final CheckpointFormat format;

  ModelFolder(DescriptorFormat descriptors, CheckpointFormat format) {
    this.descriptors = descriptors;
    this.format = format;
  }

  /**
   * Writes the folder: it appears complete, or not at all.
   *
   * @param stageOf the stage that trained a kind of part; those without weights are not there
   * @param heldOut text that the model brings along; empty for none
   * @return the folder
   */
  Path write(RunFolder folder, Recipe recipe, Map<String, String> stageOf, String heldOut) {
    Path target = folder.model();
    Path beside = target.resolveSibling("model.new");
    try {
      delete(beside);
      Files.createDirectories(beside);
      Map<String, String> hashes = new LinkedHashMap<>();
      for (StageSpec stage : recipe.stages()) {
        String name = RunFolder.weightsName(stage.name());
        Files.copy(folder.weights(stage.name()), beside.resolve(name));
        hashes.put(name, Sha256.of(beside.resolve(name)));
      }
      if (!heldOut.isEmpty()) {
        Path file = beside.resolve(Evaluator.HELD_OUT);
        format.write(file, Map.of(), List.of(tensor(heldOut)));
        hashes.put(Evaluator.HELD_OUT, Sha256.of(file));
      }
      Files.writeString(
          beside.resolve(DESCRIPTOR),
          descriptors.write(descriptor(recipe.model(), stageOf, hashes)));
      Files.writeString(beside.resolve(RECIPE), recipe.text());
      delete(target);
      Files.move(beside, target);
      return target;
    } catch (IOException e) {
      throw new SeriatimException(target + ": cannot be written: " + e, e);
    }
  }

  private static TensorData tensor(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TensorInfo info =
        new TensorInfo(Evaluator.HELD_OUT_TEXT, ElementType.U8, new Shape(bytes.length));
    return new TensorData(info, ByteBuffer.wrap(bytes));
  }

  private static ModelDescriptor descriptor(
      ModelDescriptor model, Map<String, String> stageOf, Map<String, String> hashes) {
    Map<String, PartReference> parts = new LinkedHashMap<>();
    model
        .parts()
        .forEach(
            (kind, part) -> {
              String stage = stageOf.get(kind);
              parts.put(
                  kind,
                  stage == null
                      ? part
                      : new PartReference(
                          part.id(),
                          part.version(),
                          part.config(),
                          RunFolder.weightsName(stage),
                          StageContext.prefix(kind)));
            });
    return new ModelDescriptor(
        model.name(),
        model.version(),
        model.title(),
        model.license(),
        model.conditions(),
        parts,
        model.guides(),
        hashes);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
