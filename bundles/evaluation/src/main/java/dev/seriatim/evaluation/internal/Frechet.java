package dev.seriatim.evaluation.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Weights;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * Fréchet distance between Gaussians that have the moments of features (Heusel et al., "GANs
 * trained by a two time-scale update rule converge to a local Nash equilibrium", 2017). Engine
 * thread.
 */
final class Frechet implements AutoCloseable {
  private static final KernelSource SOURCE = KernelSource.resource(Frechet.class, "frechet.py");

  private final Engine engine;
  private final Kernel kernel;

  Frechet(Engine engine) {
    this.engine = engine;
    try (Weights none = engine.initialise(List.of(), 0)) {
      this.kernel = engine.kernel(SOURCE, Map.of(), none);
    }
  }

  /**
   * Moments of the first samples of many.
   *
   * @param features [sample, feature], row-major
   * @param samples how many to take, at least 2
   * @param width features per sample
   */
  Moments moments(float[] features, int samples, int width) {
    if (samples < 2) {
      throw new IllegalArgumentException("samples: expected at least 2, found " + samples);
    }
    try (Scope scope = engine.scope("moments")) {
      NDManager manager = scope.manager();
      NDArray taken =
          manager.create(FloatBuffer.wrap(features, 0, samples * width), new Shape(samples, width));
      NDList moments = kernel.call(manager, "moments", taken);
      return new Moments(samples, moments.get(0).toDoubleArray(), moments.get(1).toDoubleArray());
    }
  }

  /** The distance, at least 0. */
  double distance(Moments a, Moments b) {
    if (a.width() != b.width()) {
      throw new IllegalArgumentException(
          "features: expected " + a.width() + ", found " + b.width());
    }
    try (Scope scope = engine.scope("frechet")) {
      NDManager manager = scope.manager();
      Shape square = new Shape(a.width(), a.width());
      return kernel
          .callForOne(
              manager,
              "distance",
              manager.create(a.mean()),
              manager.create(a.covariance(), square),
              manager.create(b.mean()),
              manager.create(b.covariance(), square))
          .getDouble();
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
