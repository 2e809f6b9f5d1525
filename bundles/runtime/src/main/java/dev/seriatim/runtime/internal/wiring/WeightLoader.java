package dev.seriatim.runtime.internal.wiring;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;

/**
 * Loads the weights of one model bundle's parts.
 *
 * @param bundle that holds the files
 * @param hashes SHA-256 of the files by path
 * @param store for the files
 * @param format of the files
 */
public record WeightLoader(
    Bundle bundle, Map<String, String> hashes, WeightStore store, CheckpointFormat format) {

  /**
   * Loads a part's weights. Engine thread.
   *
   * @param part for messages
   * @param reference that says where they are
   * @param parameters that the part declares
   */
  Weights load(Engine engine, String part, PartReference reference, List<Parameter> parameters) {
    if (reference.weights() == null) {
      if (parameters.isEmpty()) {
        return NoWeights.INSTANCE;
      }
      throw PartException.of(
          part, "weights", "a file with its " + parameters.size() + " weights", "none");
    }
    try (Checkpoint checkpoint = open(reference.weights())) {
      return engine.load(checkpoint, reference.prefix(), parameters);
    }
  }

  /**
   * Opens a weight file.
   *
   * @param path a key of {@link #hashes}
   */
  public Checkpoint open(String path) {
    return format.open(store.file(bundle, path, hashes.get(path)));
  }
}
