package dev.seriatim.testkit;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint without elements: names and shapes. Enough for {@link
 * dev.seriatim.api.verification.Family#read}.
 */
public final class CheckpointLayout implements Checkpoint {
  private final String prefix;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  /** A layout without tensors. */
  public CheckpointLayout() {
    this("");
  }

  /**
   * A layout without tensors.
   *
   * @param prefix before the names of all that are added, for example {@code model.}
   */
  public CheckpointLayout(String prefix) {
    this.prefix = prefix;
  }

  /** Adds a float32 tensor, or gives it another shape. */
  public CheckpointLayout with(String name, long... shape) {
    String whole = prefix + name;
    tensors.put(whole, new TensorInfo(whole, ElementType.F32, new Shape(shape)));
    return this;
  }

  /**
   * Adds {@code name.weight} of a shape and {@code name.bias} of its first axis: a linear layer
   * [out, in], a norm [width].
   */
  public CheckpointLayout layer(String name, long... shape) {
    return with(name + ".weight", shape).with(name + ".bias", shape[0]);
  }

  /** Adds a convolution with a bias, of a square kernel. */
  public CheckpointLayout convolution(String name, long out, long in, long kernel) {
    return layer(name, out, in, kernel, kernel);
  }

  /** Adds the tensors of another layout, each under a prefix more. */
  public CheckpointLayout withAll(String under, CheckpointLayout other) {
    other.tensors.forEach((name, info) -> with(under + name, info.shape().getShape()));
    return this;
  }

  /** Takes a tensor away. */
  public CheckpointLayout without(String name) {
    tensors.remove(prefix + name);
    return this;
  }

  /** The same tensors by their whole names, to be changed on their own. */
  public CheckpointLayout copy() {
    return new CheckpointLayout().withAll("", this);
  }

  /** A path for messages; there is no file. */
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
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public ByteBuffer bytes(String name) {
    throw new CheckpointException(path() + ": has names and shapes alone");
  }

  @Override
  public String sha256(String name) {
    throw new CheckpointException(path() + ": has names and shapes alone");
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
