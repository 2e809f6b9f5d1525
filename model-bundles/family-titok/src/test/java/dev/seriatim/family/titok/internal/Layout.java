package dev.seriatim.family.titok.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An official checkpoint: names and shapes, without elements. */
final class Layout implements Checkpoint {
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  Layout with(String name, long... shape) {
    tensors.put(name, new TensorInfo(name, ElementType.F32, new Shape(shape)));
    return this;
  }

  /** A layer with a weight and a bias. */
  Layout layer(String name, long... shape) {
    return with(name + "weight", shape).with(name + "bias", shape[0]);
  }

  /** A layer of four axes, and a square kernel. */
  Layout convolution(String name, long out, long in, long kernel) {
    return layer(name + ".", out, in, kernel, kernel);
  }

  /** A norm. */
  Layout norm(String name, long width) {
    return layer(name + ".", width);
  }

  /** The residual blocks of a level, without biases in their convolutions. */
  void level(String blocks, int count, int in, int out, boolean shortcutOfResult) {
    for (int i = 0; i < count; i++) {
      int before = i == 0 ? in : out;
      String block = blocks + i + ".";
      norm(block + "norm1", before);
      with(block + "conv1.weight", out, before, 3, 3);
      norm(block + "norm2", out);
      with(block + "conv2.weight", out, out, 3, 3);
      if (before != out) {
        with(block + "nin_shortcut.weight", out, shortcutOfResult ? out : before, 1, 1);
      }
    }
  }

  List<Checkpoint> alone() {
    return List.of(this);
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
