package dev.seriatim.api.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
}
