package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.training.TrainingListener;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Runs a stage, step by step. Each step is one task on the engine's thread, so that requests of
 * others get their turn in between.
 */
final class StageRun {
  private static final String LOSSES = "stage,step,loss,learning-rate,gradient-norm";
  private static final String MEASURES = "stage,step,measure,value";

  private final EngineCalls calls;
  private final StageSpec spec;
  private final RunFolder folder;
  private final StageCheckpoint checkpoints;
  private final TrainingListener listener;
  private final String fingerprint;
  private final ElementType store;
  private final TrainedWeights trained;
  private final AdamW adam;
  private final Task task;
  private final BatchOrder order;
  private final Counters seeds;
  private final BooleanSupplier stopping;

  /**
   * @param fingerprint of all that decides what the weights become
   * @param store type of the finished weights
   * @param seed of the run
   * @param stopping asked between two steps: true ends the run with a checkpoint
   */
  StageRun(
      EngineCalls calls,
      StageSpec spec,
      RunFolder folder,
      StageCheckpoint checkpoints,
      TrainingListener listener,
      String fingerprint,
      ElementType store,
      TrainedWeights trained,
      AdamW adam,
      Task task,
      long seed,
      BooleanSupplier stopping) {
    this.calls = calls;
    this.spec = spec;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.fingerprint = fingerprint;
    this.store = store;
    this.trained = trained;
    this.adam = adam;
    this.task = task;
    this.order =
        new BatchOrder(
            seed,
            spec.name(),
            task.examples(),
            spec.batch(),
            task.variants(),
            spec.conditionDropout());
    this.stopping = stopping;
    this.seeds = new Counters(seed, spec.name() + "/engine");
  }

  /**
   * Runs the stage, from its checkpoint where there is one. Any thread.
   *
   * @param finished names of the stages before
   * @param most steps after which to stop with a checkpoint
   * @return whether the stage is finished
   */
  boolean run(Set<String> finished, long most) {
    long done = calls.call(this::restore);
    try (CsvLog losses = CsvLog.open(folder.losses(), LOSSES, finished, spec.name(), done);
        CsvLog measures = CsvLog.open(folder.measures(), MEASURES, finished, spec.name(), done)) {
      for (long step = done + 1; step <= spec.steps(); step++) {
        long now = step;
        boolean cancelled = calls.call(() -> step(now, losses));
        boolean last = step == spec.steps();
        look(step, last, measures);
        boolean stop = !last && (cancelled || step >= most);
        if (stop || !last && step % spec.checkpointEvery() == 0) {
          losses.flush();
          measures.flush();
          write(folder.checkpoint(spec.name()), step, () -> StageCheckpoint.state(trained));
        }
        if (stop) {
          return false;
        }
      }
    }
    write(
        folder.weights(spec.name()),
        spec.steps(),
        () -> StageCheckpoint.weights(trained.averages(), store));
    try {
      Files.deleteIfExists(folder.checkpoint(spec.name()));
    } catch (IOException e) {
      throw new SeriatimException(folder.checkpoint(spec.name()) + ": cannot be removed: " + e, e);
    }
    return true;
  }

  private long restore() {
    Path file = folder.checkpoint(spec.name());
    if (!Files.exists(file)) {
      return 0;
    }
    try (Scope scope = calls.engine().scope("training")) {
      return checkpoints.restore(file, fingerprint, trained, adam, scope);
    }
  }

  /** One step. Engine thread. */
  private boolean step(long step, CsvLog losses) {
    try (Scope scope = calls.engine().scope("training")) {
      // Whatever a kernel draws by itself, dropout for example, follows from the step as well.
      scope.manager().getEngine().setRandomSeed((int) seeds.bits(step));
      BatchOrder.Batch batch = order.at(step - 1);
      Supplier<NDArray> prepared = task.prepare(step - 1, batch, scope.manager());
      NDList results = calls.engine().differentiate(trained.weights(), scope, prepared);
      float loss = results.get(0).getFloat();
      double rate = spec.optimizer().learningRate(step, spec.steps());
      NDList gradients = results.subNDList(1);
      double norm = Double.NaN;
      if (Float.isFinite(loss)) {
        norm = adam.step(trained, gradients, step, rate, scope);
      }
      if (!Double.isFinite(norm)) {
        throw new SeriatimException(
            "stage "
                + spec.name()
                + ": step "
                + step
                + ": expected a finite loss and gradient, found loss "
                + loss
                + " and gradient norm "
                + norm
                + "; a lower learning rate or a longer warm-up may help");
      }
      losses.add(spec.name(), step, loss, (float) rate, (float) norm);
      listener.onStep(spec.name(), step, loss, rate, norm);
      return listener.isCancelled() || stopping.getAsBoolean();
    }
  }

  /** Measures and samples, where the stage says so and at its end. */
  private void look(long step, boolean last, CsvLog log) {
    if (last || spec.measureEvery() > 0 && step % spec.measureEvery() == 0) {
      Map<String, Double> measures = task.measure();
      measures.forEach((name, value) -> log.add(spec.name(), step, name, value));
      calls.run(
          () ->
              measures.forEach(
                  (name, value) -> listener.onMeasure(spec.name(), step, name, value)));
    }
    if (last || spec.samplesEvery() > 0 && step % spec.samplesEvery() == 0) {
      Media samples = task.samples();
      if (samples != null) {
        calls.run(() -> listener.onSamples(spec.name(), step, samples));
      }
    }
  }

  private interface Bytes {
    List<TensorData> get();
  }

  private void write(Path file, long step, Bytes bytes) {
    checkpoints.write(file, spec.name(), fingerprint, step, calls.call(bytes::get));
  }
}
