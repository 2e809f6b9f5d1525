package dev.seriatim.checkpoints.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What is asked of a tensor's name and size, alike when reading and when writing. */
final class TensorRules {
  /** Longest name, in UTF-16 units. Published models stay well below 200. */
  static final int LONGEST_NAME = 1024;

  /** Most axes; libtorch's own bound. */
  static final int MOST_AXES = 64;

  private TensorRules() {}

  /** Refuses names that are empty, endless, unprintable or not Unicode. */
  static void checkName(Path file, String name) {
    if (name.isEmpty()) {
      throw Refusal.of(file, "tensor name", "at least one character", "none");
    }
    if (name.length() > LONGEST_NAME) {
      throw Refusal.of(
          file,
          "tensor name " + Refusal.quote(name),
          "at most " + LONGEST_NAME + " characters",
          name.length());
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw Refusal.of(file, "tensor name", "no control characters", Refusal.quote(name));
    }
    checkUnicode(file, "tensor name", name);
  }

  /** Refuses lone surrogates, which UTF-8 cannot carry. */
  static void checkUnicode(Path file, String key, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw Refusal.of(file, key, "Unicode text", Refusal.quote(text));
    }
  }

  /**
   * Bytes that a shape needs.
   *
   * @throws dev.seriatim.api.weights.CheckpointException when an axis is negative, there are too
   *     many, or the product passes 2⁶³
   */
  static long byteSize(Path file, String name, ElementType type, long[] shape) {
    String key = "tensor " + Refusal.quote(name) + ": " + SafetensorsHeader.SHAPE;
    if (shape.length > MOST_AXES) {
      throw Refusal.of(file, key, "at most " + MOST_AXES + " axes", shape.length);
    }
    long size = type.bytes();
    for (long axis : shape) {
      if (axis < 0) {
        throw Refusal.of(file, key, "axes of at least 0", axis);
      }
      try {
        size = Math.multiplyExact(size, axis);
      } catch (ArithmeticException e) {
        throw Refusal.of(file, key, "less than 2^63 bytes", new Shape(shape), e);
      }
    }
    return size;
  }

  static long byteSize(Path file, TensorInfo info) {
    return byteSize(file, info.name(), info.type(), info.shape().getShape());
  }
}
