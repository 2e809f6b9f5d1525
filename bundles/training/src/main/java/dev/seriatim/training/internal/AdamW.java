package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import java.util.Map;

/**
 * The optimiser: AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019) with
 * clipping by the global norm and a moving average of the weights; one native call per step. Engine
 * thread.
 */
final class AdamW implements AutoCloseable {
  private static final KernelSource SOURCE = KernelSource.resource(AdamW.class, "adamw.py");

  private final Kernel kernel;
  private final OptimizerSpec spec;

  AdamW(Engine engine, OptimizerSpec spec) {
    this.spec = spec;
    kernel = engine.kernel(SOURCE, Map.of(), WeightsView.NONE);
  }

  /**
   * Updates all weights.
   *
   * @param gradients in the order of the parameters
   * @param step from 1
   * @param rate the step's learning rate
   * @return norm of the gradient before clipping; when it is not finite, nothing was changed
   */
  double step(TrainedWeights trained, NDList gradients, long step, double rate, Scope scope) {
    long[] decayed = trained.parameters().stream().mapToLong(p -> p.decay() ? 1 : 0).toArray();
    try (NDArray norm =
        kernel.callForOne(
            scope.manager(),
            "step",
            TrainedWeights.list(trained.weights()),
            gradients,
            trained.means(),
            trained.squares(),
            TrainedWeights.list(trained.averages()),
            decayed,
            step,
            rate,
            spec.beta1(),
            spec.beta2(),
            spec.epsilon(),
            spec.weightDecay(),
            spec.clip(),
            spec.average(step))) {
      return norm.getFloat();
    }
  }

  /** Copies values into arrays in place. */
  void assign(NDList targets, NDList values, Scope scope) {
    kernel.callForOne(scope.manager(), "assign", targets, values).close();
  }

  @Override
  public void close() {
    kernel.close();
  }
}
