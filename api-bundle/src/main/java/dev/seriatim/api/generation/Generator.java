package dev.seriatim.api.generation;

import dev.seriatim.api.model.ModelDescriptor;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model that can generate: what host applications use. A service, one per wired model, with the
 * property {@value #MODEL}. Any thread.
 */
@ProviderType
public interface Generator {
  /** Service property: name of the model. */
  String MODEL = "seriatim.model";

  /** Service property: version of the model. */
  String VERSION = "seriatim.model.version";

  /** The model. */
  ModelDescriptor model();

  /**
   * Starts a generation. Bad requests are refused before any work; the exception is in the result.
   *
   * @param listener told of every step, on the engine's thread
   */
  Generation start(GenerationRequest request, GenerationListener listener);

  /**
   * Generates and waits.
   *
   * @throws dev.seriatim.api.SeriatimException when the request is refused or fails
   */
  GenerationResult generate(GenerationRequest request);
}
