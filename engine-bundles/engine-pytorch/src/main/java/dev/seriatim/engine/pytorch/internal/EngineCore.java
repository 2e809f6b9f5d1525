package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The engine as its own thread sees it: all of it is confined to that thread. */
final class EngineCore {
  private static final KernelSource OWN_KERNEL =
      KernelSource.resource(EngineCore.class, "engine.py");

  private final EngineThread thread;
  private final String description;
  private final NDManager arrays;
  private final NDManager internals;
  private final Set<ArrayScope> scopes = new LinkedHashSet<>();
  private final WeightPacking packing;
  private final WeightStore weights;
  private final NDManager weightArrays;
  private final Recording recording;
  private final KernelCompiler compiler;
  private final BoundKernel own;

  EngineCore(EngineThread thread, EngineSettings settings) {
    this.thread = thread;
    DjlRuntime djl = DjlRuntime.start(settings.threads());
    description = djl.description(settings.deviceName());
    arrays = djl.newManager(settings.device());
    // Modules and what is not anybody's array stay out of the count.
    internals = djl.newManager(settings.device());
    weightArrays = arrays.newSubManager();
    recording = new Recording(internals.create(0f));
    compiler = new KernelCompiler(thread, recording, EngineValues.torch(internals));
    Weights none = new HeldWeights(thread, Map.of(), false, () -> {});
    own = compiler.compile(OWN_KERNEL, Map.of(), none);
    packing = new WeightPacking(own, settings.packing() && !settings.device().isGpu());
    WeightReader reader = new WeightReader(own, settings.precision());
    weights = new WeightStore(thread, weightArrays, reader, packing);
  }

  String description() {
    return description;
  }

  ArrayScope scope(String name) {
    List<ArrayScope> self = new ArrayList<>();
    ArrayScope scope =
        new ArrayScope(thread, name, arrays.newSubManager(), () -> scopes.removeAll(self));
    self.add(scope);
    scopes.add(scope);
    return scope;
  }

  MemoryUse memory() {
    return ArrayScope.useOf(arrays);
  }

  Map<String, MemoryUse> memoryByScope() {
    Map<String, MemoryUse> uses = new LinkedHashMap<>();
    uses.put("weights", ArrayScope.useOf(weightArrays));
    scopes.forEach(scope -> uses.merge(scope.name(), scope.use(), MemoryUse::plus));
    return uses;
  }

  BoundKernel kernel(KernelSource source, Map<String, ?> constants, Weights weights) {
    return compiler.compile(source, constants, weights);
  }

  Weights load(Checkpoint checkpoint, String prefix, List<Parameter> parameters) {
    return weights.load(checkpoint, prefix, parameters);
  }

  Weights initialise(List<Parameter> parameters, long seed) {
    WeightInitializer initializer = new WeightInitializer(seed);
    ArrayScope scope = scope("trainable weights");
    Map<String, SharedWeight> made = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      float[] values = initializer.values(parameter);
      // The first array is Java's memory; the copy is libtorch's.
      try (NDArray array = scope.manager().create(values, parameter.shape())) {
        NDArray weight = array.duplicate();
        weight.setRequiresGradient(true);
        made.put(parameter.name(), new SharedWeight(weight, packing, scope.manager()));
      }
    }
    return new HeldWeights(thread, made, true, scope::close);
  }

  NDList differentiate(Weights weights, NDManager owner, Supplier<NDArray> loss) {
    if (!(weights instanceof HeldWeights held) || !held.isTrainable()) {
      throw new IllegalArgumentException("Only weights that initialise has made can be trained");
    }
    NDList leaves = new NDList();
    weights.names().forEach(name -> leaves.add(weights.get(name)));
    return recording.record(() -> gradients(leaves, owner, loss));
  }

  private NDList gradients(NDList leaves, NDManager owner, Supplier<NDArray> loss) {
    // The graph hangs on this array, so it does not outlive the call.
    try (NDArray value = loss.get()) {
      if (value.size() != 1 || value.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "loss: expected one float32, found " + value.getDataType() + value.getShape());
      }
      NDList gradients = own.callOutsideInference(owner, "gradients", value, leaves);
      NDArray detached = value.stopGradient();
      detached.attach(owner);
      NDList result = new NDList(detached);
      result.addAll(gradients);
      return result;
    }
  }

  /** Frees everything, whoever still holds it. */
  void close() {
    arrays.close();
    internals.close();
  }
}
