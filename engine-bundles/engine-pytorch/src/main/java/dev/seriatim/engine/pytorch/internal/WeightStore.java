package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights on a device, each once: tensors of equal content are one array, counted by the
 * weights that use it.
 */
final class WeightStore {
  private final EngineThread thread;
  private final NDManager manager;
  private final WeightReader reader;
  private final Map<String, SharedArray> shared = new HashMap<>();

  private static final class SharedArray {
    private final NDArray array;
    private int users;

    private SharedArray(NDArray array) {
      this.array = array;
    }
  }

  /**
   * @param manager of the device; owns the arrays
   * @param reader makes arrays of tensors
   */
  WeightStore(EngineThread thread, NDManager manager, WeightReader reader) {
    this.thread = thread;
    this.manager = manager;
    this.reader = reader;
  }

  HeldWeights load(Checkpoint checkpoint, String prefix, List<Parameter> parameters) {
    check(checkpoint, prefix, parameters);
    List<String> keys = new ArrayList<>();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    try {
      for (Parameter parameter : parameters) {
        String key = checkpoint.sha256(prefix + parameter.name());
        arrays.put(parameter.name(), acquire(key, checkpoint, prefix + parameter.name()));
        keys.add(key);
      }
    } catch (RuntimeException e) {
      keys.forEach(this::release);
      throw e;
    }
    return new HeldWeights(thread, arrays, false, () -> keys.forEach(this::release));
  }

  private NDArray acquire(String key, Checkpoint checkpoint, String name) {
    SharedArray entry = shared.get(key);
    if (entry == null) {
      entry = new SharedArray(reader.read(checkpoint, name, manager));
      shared.put(key, entry);
    }
    entry.users++;
    return entry.array;
  }

  private void release(String key) {
    SharedArray entry = shared.get(key);
    entry.users--;
    if (entry.users == 0) {
      shared.remove(key);
      entry.array.close();
    }
  }

  private static void check(Checkpoint checkpoint, String prefix, List<Parameter> parameters) {
    List<String> problems = new ArrayList<>();
    Set<String> extra = new LinkedHashSet<>();
    checkpoint.tensors().keySet().stream().filter(n -> n.startsWith(prefix)).forEach(extra::add);
    for (Parameter parameter : parameters) {
      String name = prefix + parameter.name();
      TensorInfo info = checkpoint.tensors().get(name);
      extra.remove(name);
      Shape shape = parameter.shape();
      if (info == null) {
        problems.add("tensor " + name + ": expected shape " + shape + ", found no such tensor");
      } else if (!info.shape().equals(shape)) {
        problems.add("tensor " + name + ": expected shape " + shape + ", found " + info.shape());
      }
    }
    extra.forEach(name -> problems.add("tensor " + name + ": expected none, found one"));
    if (!problems.isEmpty()) {
      String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
      throw new CheckpointException(checkpoint.path() + ": " + problems.get(0) + more);
    }
  }
}
