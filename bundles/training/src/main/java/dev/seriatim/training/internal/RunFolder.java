package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The folder of a run:
 *
 * <ul>
 *   <li>{@code STAGE.checkpoint.safetensors}: all that the stage has learned so far, while it runs
 *   <li>{@code STAGE.safetensors}: the weights of a finished stage, as they are shipped
 *   <li>{@code losses.csv}, {@code measures.csv}: how it went
 *   <li>{@code model}: the finished model
 * </ul>
 */
record RunFolder(Path path) {
  /**
   * Makes the folder, or finds it.
   *
   * @param resume whether it may hold a run already
   */
  static RunFolder open(Path path, boolean resume) {
    try {
      Files.createDirectories(path);
      try (Stream<Path> files = Files.list(path)) {
        if (!resume && files.anyMatch(file -> file.toString().endsWith(".safetensors"))) {
          throw new SeriatimException(
              path + ": expected a folder without a run, or leave to resume it, found a run");
        }
      }
    } catch (IOException e) {
      throw new SeriatimException(path + ": cannot be used as the folder of a run: " + e, e);
    }
    return new RunFolder(path);
  }

  Path checkpoint(String stage) {
    return path.resolve(stage + ".checkpoint.safetensors");
  }

  Path weights(String stage) {
    return path.resolve(weightsName(stage));
  }

  static String weightsName(String stage) {
    return stage + ".safetensors";
  }

  Path losses() {
    return path.resolve("losses.csv");
  }

  Path measures() {
    return path.resolve("measures.csv");
  }

  Path model() {
    return path.resolve("model");
  }
}
