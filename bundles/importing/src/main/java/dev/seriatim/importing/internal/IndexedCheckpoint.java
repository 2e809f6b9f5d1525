package dev.seriatim.importing.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One checkpoint in several files of any format with an index, as {@code
 * pytorch_model.bin.index.json}. Each tensor is in the file that the index names; files may hold
 * more, as PyTorch's do where tensors are tied.
 */
final class IndexedCheckpoint implements Checkpoint {
  /** Most files, all of which are open at once. */
  private static final int MOST_FILES = 1000;

  private static final String WEIGHT_MAP = "weight_map";

  private final Path index;
  private final Map<String, Checkpoint> files = new LinkedHashMap<>();
  private final Map<String, Checkpoint> owners = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private IndexedCheckpoint(Path index) {
    this.index = index;
  }

  /**
   * Opens all files that an index names.
   *
   * @param opener of one of them
   * @throws CheckpointException when the index is none, names a file that is not beside it, or a
   *     tensor that its file does not have
   */
  static IndexedCheckpoint open(Path index, Function<Path, Checkpoint> opener) {
    if (!(ConfigFile.read(index).get(WEIGHT_MAP) instanceof Map<?, ?> map) || map.isEmpty()) {
      throw new CheckpointException(
          index + ": " + WEIGHT_MAP + ": expected an object with at least one tensor, found none");
    }
    IndexedCheckpoint checkpoint = new IndexedCheckpoint(index);
    boolean complete = false;
    try {
      map.forEach((name, file) -> checkpoint.add(String.valueOf(name), file, opener));
      complete = true;
      return checkpoint;
    } finally {
      if (!complete) {
        checkpoint.close();
      }
    }
  }

  private void add(String tensor, Object name, Function<Path, Checkpoint> opener) {
    if (!(name instanceof String file) || !file.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]*")) {
      throw new CheckpointException(
          index + ": tensor " + tensor + ": expected the name of a file beside it, found " + name);
    }
    if (!files.containsKey(file)) {
      if (files.size() == MOST_FILES) {
        throw new CheckpointException(
            index + ": expected at most " + MOST_FILES + " files, found more");
      }
      files.put(file, opener.apply(index.resolveSibling(file)));
      files.get(file).metadata().forEach(metadata::putIfAbsent);
    }
    TensorInfo info = files.get(file).tensors().get(tensor);
    if (info == null) {
      throw new CheckpointException(
          files.get(file).path()
              + ": tensor "
              + tensor
              + ": expected it here, as "
              + index.getFileName()
              + " says, found none of that name");
    }
    tensors.put(tensor, info);
    owners.put(tensor, files.get(file));
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public ByteBuffer bytes(String name) {
    return owner(name).bytes(name);
  }

  @Override
  public String sha256(String name) {
    return owner(name).sha256(name);
  }

  private Checkpoint owner(String name) {
    Checkpoint owner = owners.get(name);
    if (owner == null) {
      throw new CheckpointException(
          index + ": tensor " + name + ": expected one of that name, found none");
    }
    return owner;
  }

  @Override
  public void close() {
    try (Held all = new Held(index.toString())) {
      files.values().forEach(all::hold);
    }
  }
}
