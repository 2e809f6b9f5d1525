package dev.seriatim.api.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A compiled kernel with its weights bound: one native call runs a whole method. It holds its
 * weights until it is closed. Engine thread.
 *
 * <p>Results are read-only to Java: an operation in place ({@code addi}, {@code set}) fails on
 * them; {@code duplicate} first. Under {@link Engine#differentiate} they are ordinary arrays.
 */
@ProviderType
public interface Kernel extends AutoCloseable {
  /**
   * Calls a method that returns one tensor, a tuple or list of tensors, or nothing (an empty list).
   *
   * @param scope owns the results
   * @param method name in the source
   * @param arguments {@link NDArray}, {@code Integer}/{@code Long} ({@code int}), {@code
   *     Float}/{@code Double} ({@code float}), {@code Boolean}, {@code null} ({@code None}), {@code
   *     NDList} ({@code List[Tensor]}) or {@code long[]} ({@code List[int]})
   * @throws KernelException naming the source, with the line that raised
   */
  NDList call(NDManager scope, String method, Object... arguments);

  /** {@link #call} for a method that returns one tensor. */
  NDArray callForOne(NDManager scope, String method, Object... arguments);

  @Override
  void close();
}
