package dev.seriatim.api.generation;

import dev.seriatim.api.part.Part;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Lends single parts of models to those who use a model otherwise than by generating: its tokenizer
 * to encode, its classifier to judge. A service of the runtime.
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
}
