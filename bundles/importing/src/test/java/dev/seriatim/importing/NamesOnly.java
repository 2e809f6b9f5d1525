package dev.seriatim.importing;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A checkpoint of names and shapes, without elements. */
final class NamesOnly implements Checkpoint {
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  NamesOnly with(String name, long... shape) {
    tensors.put(name, new TensorInfo(name, ElementType.F32, new Shape(shape)));
    return this;
  }

  @Override
  public Path path() {
    return Path.of("names-only");
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
