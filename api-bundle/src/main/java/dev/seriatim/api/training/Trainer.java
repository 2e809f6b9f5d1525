package dev.seriatim.api.training;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Trains what a recipe describes; a service. Any thread; waits until the run ends. */
@ProviderType
public interface Trainer {
  /**
   * Runs a recipe, or goes on with a run that was interrupted: a run that was killed and resumed
   * gives the same losses and weights as one that was not.
   *
   * @param recipe file, JSON
   * @param options of this run
   * @param listener told of the run, on the engine's thread
   * @return the finished model: a folder with {@code model.json} and its weights; null when the run
   *     was stopped before its end, with a checkpoint in the output folder
   * @throws dev.seriatim.api.SeriatimException when the recipe or the data are refused, naming file
   *     and key, expected and found
   */
  Path train(Path recipe, Options options, TrainingListener listener);

  /**
   * Options of a run.
   *
   * @param data folder of the data set; null for the recipe's own
   * @param output folder of the run: checkpoints, losses, and the finished model
   * @param resume whether to go on from the checkpoint in the output folder
   * @param maxSteps stop (with a checkpoint) after this many steps in all; 0 for the recipe's end
   */
  record Options(Path data, Path output, boolean resume, long maxSteps) {}
}
