package dev.seriatim.importing.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.importing.TextTokenizers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of a text tokenizer as a checkpoint: its bytes are one uint8 tensor, which has the file's
 * name. So a tokenizer goes where weights go, and is hashed and shared as they are.
 */
final class TextFile implements Checkpoint {
  private final Path path;
  private final TensorInfo tensor;
  private final byte[] content;

  private TextFile(Path path, byte[] content) {
    this.path = path;
    this.content = content;
    this.tensor =
        new TensorInfo(
            path.getFileName().toString(), ElementType.U8, new Shape(new long[] {content.length}));
  }

  /** Whether a file is one of a text tokenizer, by its name. */
  static boolean is(Path file) {
    return TextTokenizers.FILES.contains(file.getFileName().toString());
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointException when it cannot be read, or is empty
   */
  static TextFile open(Path file) {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
    if (content.length == 0) {
      throw new CheckpointException(file + ": expected a tokenizer's file, found it empty");
    }
    return new TextFile(file, content);
  }

  /** The files of text tokenizers that lie beside given files and are not among them. */
  static List<Path> beside(List<Path> files) {
    Set<Path> given = new LinkedHashSet<>();
    Set<Path> folders = new LinkedHashSet<>();
    for (Path file : files) {
      given.add(file.toAbsolutePath().normalize());
      folders.add(file.toAbsolutePath().normalize().getParent());
    }
    List<Path> beside = new ArrayList<>();
    for (Path folder : folders) {
      for (String name : TextTokenizers.FILES) {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file) && !given.contains(file)) {
          beside.add(file);
        }
      }
    }
    return beside;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Map.of(tensor.name(), tensor);
  }

  @Override
  public ByteBuffer bytes(String name) {
    require(name);
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  @Override
  public String sha256(String name) {
    require(name);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String kind = tensor.type() + "[" + content.length + "]";
      digest.update(kind.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private void require(String name) {
    if (!name.equals(tensor.name())) {
      throw new CheckpointException(
          path + ": tensor " + name + ": expected " + tensor.name() + ", found none of that name");
    }
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
