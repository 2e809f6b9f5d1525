package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Parts that were trained before, taken from their file into a run. The file is copied byte by
 * byte, so that models which share a part share its SHA-256 too, and its weights are in memory
 * once.
 */
final class FinishedParts {
  private final CheckpointFormat format;

  FinishedParts(CheckpointFormat format) {
    this.format = format;
  }

  /**
   * Checks that a file holds all weights of a stage's parts.
   *
   * @param parameters of the parts, each under the prefix of its kind
   * @return the stage
   */
  StageSpec check(StageSpec stage, List<Parameter> parameters) {
    try (Checkpoint checkpoint = format.open(stage.from())) {
      for (Parameter parameter : parameters) {
        TensorInfo info = checkpoint.tensors().get(parameter.name());
        if (info == null || !info.shape().equals(parameter.shape())) {
          throw new SeriatimException(
              "stage "
                  + stage.name()
                  + ": from: "
                  + stage.from()
                  + ": tensor "
                  + parameter.name()
                  + ": expected shape "
                  + parameter.shape()
                  + ", found "
                  + (info == null ? "no such tensor" : info.shape()));
        }
      }
    }
    return stage;
  }

  /**
   * Copies a stage's file into a run, or checks that it is there already.
   *
   * @throws SeriatimException when another one is there
   */
  void take(StageSpec stage, Path target) {
    try {
      if (!Files.exists(target)) {
        Path beside = target.resolveSibling(target.getFileName() + ".part");
        Files.copy(stage.from(), beside, StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, target);
      }
      String found = Sha256.of(target);
      if (!found.equals(stage.fingerprint())) {
        throw new SeriatimException(
            target
                + ": expected the file that the recipe takes, "
                + stage.from()
                + " with SHA-256 "
                + stage.fingerprint()
                + ", found "
                + found
                + ": the run was begun with another one");
      }
    } catch (IOException e) {
      throw new SeriatimException(target + ": cannot be written: " + e, e);
    }
  }
}
