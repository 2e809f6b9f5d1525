package dev.seriatim.api.weights;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads and writes checkpoint files of one format; a service with the property {@value #FORMAT}.
 * Any thread.
 */
@ProviderType
public interface CheckpointFormat {
  /** Service property: name of the format, for example {@code safetensors}. */
  String FORMAT = "seriatim.checkpoint.format";

  /** Name of the format, for example {@code safetensors}. */
  String name();

  /**
   * Opens a file.
   *
   * @throws CheckpointException when the file is absent, truncated or lies about itself; naming the
   *     file, the key, the expected and the found
   */
  Checkpoint open(Path file);

  /**
   * Writes a file as a whole: it appears complete under its name, or not at all.
   *
   * @throws CheckpointException when it cannot be written, or a tensor's bytes do not fit its shape
   */
  void write(Path file, Map<String, String> metadata, List<TensorData> tensors);

  /**
   * Writes a file as a whole, from tensors that are asked for one after another: no more than one
   * need be in memory.
   *
   * @param bytes gives a tensor's bytes, as {@link TensorData#bytes()} describes them; asked once
   *     for each, in the order of the file. What it throws ends the writing
   * @throws CheckpointException as {@link #write(Path, Map, List)}
   */
  default void write(
      Path file,
      Map<String, String> metadata,
      List<TensorInfo> tensors,
      Function<TensorInfo, ByteBuffer> bytes) {
    write(
        file,
        metadata,
        tensors.stream().map(tensor -> new TensorData(tensor, bytes.apply(tensor))).toList());
  }
}
