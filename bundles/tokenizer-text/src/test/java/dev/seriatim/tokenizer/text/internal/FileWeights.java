package dev.seriatim.tokenizer.text.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files as tensors of a checkpoint, in memory. */
final class FileWeights implements Checkpoint {
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  FileWeights with(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    files.put(name, bytes);
    tensors.put(name, new TensorInfo(name, ElementType.U8, new Shape(new long[] {bytes.length})));
    return this;
  }

  int size(String name) {
    return files.containsKey(name) ? files.get(name).length : 0;
  }

  @Override
  public Path path() {
    return Path.of("files");
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
    return ByteBuffer.wrap(files.get(name));
  }

  @Override
  public String sha256(String name) {
    return name + files.get(name).length;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
