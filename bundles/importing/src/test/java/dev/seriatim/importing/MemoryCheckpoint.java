package dev.seriatim.importing;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A checkpoint in memory: float32 tensors that count from a number of their own. */
public final class MemoryCheckpoint implements Checkpoint {
  private final Path path;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, Integer> first = new LinkedHashMap<>();

  /** An empty one. */
  public MemoryCheckpoint(String path) {
    this.path = Path.of(path);
  }

  /** Adds a tensor with the elements 0, 1, 2, … */
  public MemoryCheckpoint with(String name, long... shape) {
    return from(0, name, shape);
  }

  /** Adds a tensor whose elements count from a number. */
  public MemoryCheckpoint from(int start, String name, long... shape) {
    tensors.put(name, new TensorInfo(name, ElementType.F32, new Shape(shape)));
    first.put(name, start);
    return this;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of("epoch", "3");
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ByteBuffer bytes(String name) {
    int size = (int) tensors.get(name).shape().size();
    ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(first.get(name) + i);
    }
    return bytes.flip();
  }

  @Override
  public String sha256(String name) {
    throw new UnsupportedOperationException(name);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
