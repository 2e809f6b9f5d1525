package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a recorded case.
 *
 * @param path of the folder
 * @param configuration content of {@code config.json}
 * @param settings content of {@code case.json}; that of {@code config.json} where there is none
 * @param tensors the file with inputs and outputs
 * @param checkpoints the checkpoint files, also those in folders of their own, by path
 */
record CaseFolder(
    Path path,
    Map<String, Object> configuration,
    Map<String, Object> settings,
    Path tensors,
    List<Path> checkpoints) {
  private static final String TENSORS = "case.safetensors";
  private static final String CONFIGURATION = "config.json";
  private static final String SETTINGS = "case.json";
  private static final String SYSTEM = "system";

  /**
   * Looks through a folder.
   *
   * @throws SeriatimException when it is no recorded case
   */
  static CaseFolder read(Path folder) {
    Path tensors = folder.resolve(TENSORS);
    if (!Files.isRegularFile(tensors)) {
      throw new SeriatimException(
          folder + ": expected a recorded case with the file " + TENSORS + ", found none");
    }
    Map<String, Object> configuration = values(folder.resolve(CONFIGURATION));
    Path settings = folder.resolve(SETTINGS);
    return new CaseFolder(
        folder,
        configuration,
        Files.exists(settings) ? values(settings) : configuration,
        tensors,
        checkpoints(folder, tensors));
  }

  /**
   * The family that is to run the case, as the case says.
   *
   * @throws SeriatimException when it does not say
   */
  String family() {
    for (Map<String, Object> values : List.of(settings, configuration)) {
      if (values.get(SYSTEM) instanceof String system && !system.isBlank()) {
        return system.toLowerCase(Locale.ROOT);
      }
    }
    throw new SeriatimException(
        path
            + ": "
            + SYSTEM
            + ": expected the family's name in "
            + SETTINGS
            + " or "
            + CONFIGURATION
            + ", found none");
  }

  /** The configuration in the folder of a checkpoint; the case's where that folder has none. */
  Map<String, Object> configuration(Path checkpoint) {
    Path beside = checkpoint.resolveSibling(CONFIGURATION);
    return Files.exists(beside) ? values(beside) : configuration;
  }

  private static Map<String, Object> values(Path file) {
    return Files.exists(file) ? ConfigFile.read(file) : Map.of();
  }

  private static List<Path> checkpoints(Path folder, Path tensors) {
    List<Path> found;
    try (Stream<Path> files = Files.walk(folder, 2)) {
      found =
          files
              .filter(file -> Files.isRegularFile(file) && !file.equals(tensors))
              .filter(CheckpointFiles::isCheckpoint)
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new SeriatimException(folder + ": cannot be read: " + e, e);
    }
    // The shards of an index are opened by it.
    Set<Path> shards = new HashSet<>();
    for (Path file : found) {
      if (CheckpointFiles.isIndex(file)
          && ConfigFile.read(file).get("weight_map") instanceof Map<?, ?> map) {
        map.values().forEach(shard -> shards.add(file.resolveSibling(String.valueOf(shard))));
      }
    }
    List<Path> checkpoints = new ArrayList<>(found);
    checkpoints.removeIf(shards::contains);
    return List.copyOf(checkpoints);
  }
}
