package dev.seriatim.api.generation;

import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.Part;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A part on loan. It stays usable until the lease is closed, even when its model or its bundle goes
 * in the meantime.
 *
 * @param <P> the kind of part
 */
@ProviderType
public interface PartLease<P extends Part> extends AutoCloseable {
  /** The part. Its methods are called on the engine's thread; it is not closed by the borrower. */
  P part();

  /** Which part it is. */
  PartDescription description();

  /** Returns the part. Closing twice does nothing. Any thread. */
  @Override
  void close();
}
