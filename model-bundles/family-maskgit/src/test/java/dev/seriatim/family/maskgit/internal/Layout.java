package dev.seriatim.family.maskgit.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An official checkpoint: names and shapes, without elements. */
final class Layout implements Checkpoint {
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  Layout with(String name, long... shape) {
    tensors.put(name, new TensorInfo(name, ElementType.F32, new Shape(shape)));
    return this;
  }

  /** A linear layer or a norm, with a bias. */
  Layout layer(String name, long... shape) {
    return with(name + ".weight", shape).with(name + ".bias", shape[0]);
  }

  Layout without(String name) {
    tensors.remove(name);
    return this;
  }

  @Override
  public Path path() {
    return Path.of("layout");
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ByteBuffer bytes(String name) {
    throw new UnsupportedOperationException("no elements");
  }

  @Override
  public String sha256(String name) {
    throw new UnsupportedOperationException("no elements");
  }

  @Override
  public void close() {}
}
