package dev.seriatim.itests.parity;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.launcher.Seriatim;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** The tensors of a safetensors file, to be changed. */
final class TensorFile {
  private final Map<String, TensorData> tensors = new LinkedHashMap<>();

  private TensorFile(Checkpoint checkpoint) {
    checkpoint.tensors().values().forEach(info -> put(info, checkpoint.bytes(info.name())));
  }

  /** What is done to a file. */
  @FunctionalInterface
  interface Change {
    void to(TensorFile tensors);
  }

  /** Changes a safetensors file. */
  static void change(Seriatim seriatim, Path file, Change change) {
    change(seriatim, "safetensors", file, file, change);
  }

  /**
   * Writes a safetensors file with the changed tensors of another file.
   *
   * @param format of the other file
   */
  static void change(Seriatim seriatim, String format, Path from, Path to, Change change) {
    TensorFile tensors;
    try (Checkpoint checkpoint = format(seriatim, format).open(from)) {
      tensors = new TensorFile(checkpoint);
    }
    change.to(tensors);
    format(seriatim, "safetensors").write(to, Map.of(), List.copyOf(tensors.tensors.values()));
  }

  private static CheckpointFormat format(Seriatim seriatim, String name) {
    BundleContext context = seriatim.unwrap(BundleContext.class);
    try {
      return context
          .getServiceReferences(
              CheckpointFormat.class, "(" + CheckpointFormat.FORMAT + "=" + name + ")")
          .stream()
          .map(context::getService)
          .findFirst()
          .orElseThrow();
    } catch (InvalidSyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** Names of the tensors. */
  List<String> names() {
    return new ArrayList<>(tensors.keySet());
  }

  /** Type and shape of a tensor. */
  TensorInfo info(String name) {
    return tensors.get(name).info();
  }

  /** A tensor's bytes, to be read and written. */
  ByteBuffer get(String name) {
    return tensors.get(name).bytes();
  }

  /** Takes a tensor away. */
  ByteBuffer remove(String name) {
    return tensors.remove(name).bytes();
  }

  /** Adds a tensor. */
  void put(TensorInfo info, ByteBuffer bytes) {
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(bytes.duplicate()).flip();
    tensors.put(info.name(), new TensorData(info, copy));
  }
}
