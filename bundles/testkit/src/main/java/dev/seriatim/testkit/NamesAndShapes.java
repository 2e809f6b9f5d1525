package dev.seriatim.testkit;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A checkpoint without elements, for tests of what families make of published layouts. */
public final class NamesAndShapes implements Checkpoint {
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  /** Adds a tensor of float32. */
  public NamesAndShapes with(String name, long... shape) {
    tensors.put(name, new TensorInfo(name, ElementType.F32, new Shape(shape)));
    return this;
  }

  /** Adds {@code name.weight} of a shape, and {@code name.bias} of its first axis. */
  public NamesAndShapes layer(String name, long... shape) {
    return with(name + ".weight", shape).with(name + ".bias", shape[0]);
  }

  @Override
  public Path path() {
    return Path.of("names-and-shapes");
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * @throws UnsupportedOperationException always
   */
  @Override
  public ByteBuffer bytes(String name) {
    throw new UnsupportedOperationException("This checkpoint has no elements");
  }

  /**
   * @throws UnsupportedOperationException always
   */
  @Override
  public String sha256(String name) {
    throw new UnsupportedOperationException("This checkpoint has no elements");
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
