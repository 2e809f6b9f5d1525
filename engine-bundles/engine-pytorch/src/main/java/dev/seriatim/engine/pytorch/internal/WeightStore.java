package dev.seriatim.engine.pytorch.internal;

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
  private final WeightPacking packing;
  private final Map<String, Entry> shared = new HashMap<>();

  private static final class Entry {
    private final SharedWeight weight;
    private int users;

    private Entry(SharedWeight weight) {
      this.weight = weight;
    }
  }

  /**
   * @param manager of the device; owns the arrays
   * @param reader makes arrays of tensors
   * @param packing of those that are only multiplied by
   */
  WeightStore(EngineThread thread, NDManager manager, WeightReader reader, WeightPacking packing) {
    this.thread = thread;
    this.manager = manager;
    this.reader = reader;
    this.packing = packing;
  }

  HeldWeights load(Checkpoint checkpoint, String prefix, List<Parameter> parameters) {
    check(checkpoint, prefix, parameters);
    List<String> keys = new ArrayList<>();
    Map<String, SharedWeight> found = new LinkedHashMap<>();
    try {
      for (Parameter parameter : parameters) {
        String key = checkpoint.sha256(prefix + parameter.name());
        found.put(parameter.name(), acquire(key, checkpoint, prefix + parameter.name()));
        keys.add(key);
      }
    } catch (RuntimeException e) {
      keys.forEach(this::release);
      throw e;
    }
    return new HeldWeights(thread, found, false, () -> keys.forEach(this::release));
  }

  private SharedWeight acquire(String key, Checkpoint checkpoint, String name) {
    Entry entry = shared.get(key);
    if (entry == null) {
      entry = new Entry(new SharedWeight(reader.read(checkpoint, name, manager), packing, manager));
      shared.put(key, entry);
    }
    entry.users++;
    return entry.weight;
  }

  private void release(String key) {
    Entry entry = shared.get(key);
    entry.users--;
    if (entry.users == 0) {
      shared.remove(key);
      entry.weight.close();
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
