package dev.seriatim.checkpoints.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.TensorInfo;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * One checkpoint in several safetensors files with an index. The index and the files say the same,
 * or it is refused: each tensor is in the file that the index names and in no other, and no file
 * has one more. Metadata are those of the files; where two differ, the first counts.
 *
 * <p>Any thread.
 */
final class ShardedCheckpoint implements Checkpoint {
  /** Most files, all of which are open at once. */
  static final int MOST_SHARDS = 1000;

  private final Path index;
  private final Map<String, SafetensorsCheckpoint> shards;
  private final Map<String, SafetensorsCheckpoint> owners = new LinkedHashMap<>();
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private ShardedCheckpoint(Path index, Map<String, SafetensorsCheckpoint> shards) {
    this.index = index;
    this.shards = shards;
  }

  static ShardedCheckpoint open(Path file) {
    ShardIndex index = ShardIndex.read(file);
    Collection<String> names = new LinkedHashSet<>(index.shards().values());
    if (names.size() > MOST_SHARDS) {
      throw Refusal.of(file, "index", "at most " + MOST_SHARDS + " files", names.size());
    }
    ShardedCheckpoint checkpoint = new ShardedCheckpoint(file, new LinkedHashMap<>());
    boolean complete = false;
    try {
      for (String name : names) {
        checkpoint.shards.put(name, SafetensorsCheckpoint.open(file.resolveSibling(name)));
      }
      checkpoint.agree(index);
      complete = true;
      return checkpoint;
    } finally {
      if (!complete) {
        checkpoint.close();
      }
    }
  }

  private void agree(ShardIndex index) {
    index
        .shards()
        .forEach(
            (tensor, name) -> {
              SafetensorsCheckpoint shard = shards.get(name);
              TensorInfo info = shard.tensors().get(tensor);
              if (info == null) {
                throw Refusal.of(
                    shard.path(),
                    "tensor " + Refusal.quote(tensor),
                    "it here, as " + this.index.getFileName() + " says",
                    "none of that name");
              }
              tensors.put(tensor, info);
              owners.put(tensor, shard);
            });
    long total = 0;
    for (SafetensorsCheckpoint shard : shards.values()) {
      for (TensorInfo info : shard.tensors().values()) {
        if (owners.get(info.name()) != shard) {
          throw Refusal.of(
              shard.path(),
              "tensor " + Refusal.quote(info.name()),
              "only tensors that " + this.index.getFileName() + " says are here",
              "one more");
        }
        total += info.shape().size() * info.type().bytes();
      }
      shard.metadata().forEach(metadata::putIfAbsent);
    }
    if (index.totalSize().isPresent()
        && index.totalSize().get().compareTo(BigDecimal.valueOf(total)) != 0) {
      throw Refusal.of(
          this.index, "total_size", total + ", as in the files", index.totalSize().get());
    }
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

  private SafetensorsCheckpoint owner(String name) {
    SafetensorsCheckpoint owner = owners.get(name);
    if (owner == null) {
      throw Refusal.of(
          index,
          "tensor " + Refusal.quote(name),
          "one of " + owners.size() + " tensors",
          "none of that name");
    }
    return owner;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (SafetensorsCheckpoint shard : shards.values()) {
      try {
        shard.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
