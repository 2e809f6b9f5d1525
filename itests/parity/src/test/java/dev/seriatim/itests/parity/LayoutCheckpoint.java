package dev.seriatim.itests.parity;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A checkpoint without elements: names and shapes.
 *
 * @param path that it would have
 * @param tensors by name
 */
record LayoutCheckpoint(Path path, Map<String, TensorInfo> tensors) implements Checkpoint {
  private static final Pattern TENSOR = Pattern.compile("(\\w+) \\[([\\d,]*)]");

  /**
   * Reads a layout out of a {@code published_layout.json}.
   *
   * @param which {@code layout}: its key; {@code wrappers}: what stands before the names, each
   *     giving them all once more; {@code repeat}: where only one block of a list is laid out, by
   *     the beginning of its names ({@code blocks.1.}) how many there are in the place of the one
   */
  static LayoutCheckpoint read(Path file, Map<?, ?> which) throws IOException {
    String key = String.valueOf(which.get("layout"));
    if (!(Cases.json(file).get(key) instanceof Map<?, ?> layout)) {
      throw new IllegalArgumentException(file + ": expected the layout " + key);
    }
    List<?> wrappers = which.get("wrappers") instanceof List<?> several ? several : List.of("");
    Map<?, ?> repeat = which.get("repeat") instanceof Map<?, ?> map ? map : Map.of();
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Object wrapper : wrappers) {
      layout.forEach(
          (name, shape) -> {
            for (String each : repeated(String.valueOf(name), repeat)) {
              TensorInfo info = info(wrapper + each, String.valueOf(shape));
              tensors.put(info.name(), info);
            }
          });
    }
    return new LayoutCheckpoint(Path.of(key.split(" ")[0]), tensors);
  }

  private static List<String> repeated(String name, Map<?, ?> repeat) {
    for (Map.Entry<?, ?> entry : repeat.entrySet()) {
      String block = String.valueOf(entry.getKey());
      if (name.startsWith(block)) {
        Matcher number = Pattern.compile("(.*\\.)(\\d+)\\.$").matcher(block);
        if (!number.matches()) {
          throw new IllegalArgumentException("repeat: expected a numbered block, found " + block);
        }
        int first = Integer.parseInt(number.group(2));
        int count = ((Number) entry.getValue()).intValue();
        return IntStream.range(first, first + count)
            .mapToObj(i -> number.group(1) + i + "." + name.substring(block.length()))
            .toList();
      }
    }
    return List.of(name);
  }

  private static TensorInfo info(String name, String typeAndShape) {
    Matcher parts = TENSOR.matcher(typeAndShape);
    if (!parts.matches()) {
      throw new IllegalArgumentException(name + ": expected type and shape: " + typeAndShape);
    }
    long[] axes =
        Arrays.stream(parts.group(2).split(","))
            .filter(axis -> !axis.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    return new TensorInfo(name, ElementType.valueOf(parts.group(1)), new Shape(axes));
  }

  /** This with a tensor more, or with another shape of one. */
  LayoutCheckpoint with(String name, Shape shape) {
    Map<String, TensorInfo> more = new LinkedHashMap<>(tensors);
    more.put(name, new TensorInfo(name, ElementType.F32, shape));
    return new LayoutCheckpoint(path, more);
  }

  /** This with a tensor less. */
  LayoutCheckpoint without(String name) {
    Map<String, TensorInfo> fewer = new LinkedHashMap<>(tensors);
    fewer.remove(name);
    return new LayoutCheckpoint(path, fewer);
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public ByteBuffer bytes(String name) {
    throw new CheckpointException(path + ": has names and shapes alone");
  }

  @Override
  public String sha256(String name) {
    throw new CheckpointException(path + ": has names and shapes alone");
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
