package dev.seriatim.api.weights;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/** An open checkpoint: named tensors in a file. All offsets, sizes and names have been checked. */
@ProviderType
public interface Checkpoint extends AutoCloseable {
  /** Where it is. */
  Path path();

  /**
   * Free text that was stored with the tensors. Where a format stores structured values, each leaf
   * is a text under its dotted name, as in {@code args.depth}; numbers and lists are JSON.
   */
  Map<String, String> metadata();

  /** The tensors by name, in the order of the file. */
  Map<String, TensorInfo> tensors();

  /**
   * A tensor's bytes: read-only, little-endian, row-major, mapped from the file (or copied, where
   * the file has them in another order); valid until this checkpoint is closed.
   *
   * @throws CheckpointException when there is no such tensor
   */
  ByteBuffer bytes(String name);

  /** SHA-256 of a tensor's type, shape and bytes, in hexadecimal: the key for sharing weights. */
  String sha256(String name);

  @Override
  void close();
}
