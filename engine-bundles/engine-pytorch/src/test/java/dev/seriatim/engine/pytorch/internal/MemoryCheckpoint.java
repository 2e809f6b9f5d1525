package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A checkpoint without a file. It counts how often bytes are read. */
final class MemoryCheckpoint implements Checkpoint {
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
  private final List<ByteBuffer> memory = new ArrayList<>();
  private int reads;

  MemoryCheckpoint floats(String name, Shape shape, float... values) {
    ByteBuffer buffer = buffer(Float.BYTES * values.length);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return put(name, ElementType.F32, shape, buffer);
  }

  MemoryCheckpoint shorts(String name, ElementType type, Shape shape, int... bits) {
    ByteBuffer buffer = buffer(Short.BYTES * bits.length);
    for (int value : bits) {
      buffer.putShort((short) value);
    }
    return put(name, type, shape, buffer);
  }

  MemoryCheckpoint longs(String name, Shape shape, long... values) {
    ByteBuffer buffer = buffer(Long.BYTES * values.length);
    for (long value : values) {
      buffer.putLong(value);
    }
    return put(name, ElementType.I64, shape, buffer);
  }

  /** As in a mapped file, a tensor does not begin where its buffer begins. */
  private static ByteBuffer buffer(int size) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(size + 24).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.position(24);
  }

  private MemoryCheckpoint put(String name, ElementType type, Shape shape, ByteBuffer buffer) {
    tensors.put(name, new TensorInfo(name, type, shape));
    bytes.put(name, buffer.position(24).asReadOnlyBuffer());
    memory.add(buffer);
    return this;
  }

  /** Clears the memory that bytes were read from, as when a mapped file is unmapped. */
  void clear() {
    for (ByteBuffer buffer : memory) {
      for (int i = 0; i < buffer.limit(); i++) {
        buffer.put(i, (byte) 0);
      }
    }
  }

  int reads() {
    return reads;
  }

  @Override
  public Path path() {
    return Path.of("test.safetensors");
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
    reads++;
    return bytes.get(name).duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public String sha256(String name) {
    return tensors.get(name).type() + "" + tensors.get(name).shape() + bytes.get(name).hashCode();
  }

  @Override
  public void close() {
    bytes.clear();
  }
}
