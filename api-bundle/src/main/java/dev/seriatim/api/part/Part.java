package dev.seriatim.api.part;

/**
 * A component of a model. A part is made once per wiring by its {@link PartFactory}, holds its
 * bound weights, and serves all requests of that wiring; what belongs to one request lives in what
 * the part opens for it. All methods are called on the engine's thread.
 */
public interface Part extends AutoCloseable {
  /** Frees kernels and whatever else the part holds; weights are released by the runtime. */
  @Override
  default void close() {}
}
