package dev.seriatim.api.engine;

import ai.djl.ndarray.NDManager;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Owner of native arrays: all that is attached to {@link #manager()} is freed when the scope
 * closes. Scopes nest; a request has one, each of its steps has one inside it. Engine thread.
 */
@ProviderType
public interface Scope extends AutoCloseable {
  /** The manager to create arrays with. */
  NDManager manager();

  /** Opens a scope inside this one; it is closed with this one at the latest. */
  Scope child(String name);

  /** Live arrays and bytes of this scope and those inside it. */
  MemoryUse use();

  /** Frees everything. Closing twice does nothing. */
  @Override
  void close();
}
