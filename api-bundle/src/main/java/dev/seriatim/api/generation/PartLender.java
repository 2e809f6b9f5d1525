package dev.seriatim.api.generation;

import dev.seriatim.api.part.Part;
import dev.seriatim.api.weights.Checkpoint;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lends single parts of models, and opens their files, to those who use a model otherwise than by
 * generating: its tokenizer to encode, its classifier to judge. A service of the runtime.
 */
@ProviderType
public interface PartLender {
  /**
   * Lends a part of a model; loads its weights, and no others, when they are not loaded yet. Parts
   * are shared: with other leases and with the model's generator. Of the model, only this part and
   * those that its layout depends on need be there. Any thread; waits.
   *
   * @param model its name
   * @param kind of part, for example {@code tokenizer}
   * @param type what it must be
   * @return the lease; to be closed
   * @throws dev.seriatim.api.model.ModelNotWiredException when the part is not there, with the
   *     reason
   * @throws dev.seriatim.api.SeriatimException when there is no such model, it has no such part,
   *     the part is of another type, or its weights are refused
   */
  <P extends Part> PartLease<P> lend(String model, String kind, Class<P> type);

  /**
   * Opens one of a model's weight files, its SHA-256 checked: for what a model brings along beside
   * the weights of its parts. Any thread.
   *
   * @param model its name
   * @param file its path in the model's bundle, a key of {@link
   *     dev.seriatim.api.model.ModelDescriptor#weights()}
   * @return the open file; to be closed
   * @throws dev.seriatim.api.SeriatimException when there is no such model or it has no such file
   * @throws dev.seriatim.api.weights.CheckpointException when the file is not what it should be
   */
  Checkpoint open(String model, String file);
}
