package dev.seriatim.training.internal;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** Keeps what a run tells its listener; stops it, or fails, where it is told to. */
final class RecordedRun implements TrainingListener {
  final List<String> stages = new ArrayList<>();
  final List<String> losses = new ArrayList<>();
  final Map<String, Double> measures = new TreeMap<>();
  final Map<String, Media> samples = new TreeMap<>();
  final List<MemoryUse> memory = new ArrayList<>();
  private final Engine engine;
  private final LongPredicate cancel;
  private final LongPredicate fail;
  private long steps;

  /**
   * @param cancel whether to cancel after so many steps of this run
   * @param fail whether to fail after so many
   */
  RecordedRun(Engine engine, LongPredicate cancel, LongPredicate fail) {
    this.engine = engine;
    this.cancel = cancel;
    this.fail = fail;
  }

  static RecordedRun whole(Engine engine) {
    return new RecordedRun(engine, step -> false, step -> false);
  }

  @Override
  public void onStage(String name, long steps, long done) {
    stages.add(name + " " + done + "/" + steps);
  }

  @Override
  public void onStep(String stage, long step, double loss, double rate, double norm) {
    steps++;
    losses.add(stage + "," + step + "," + (float) loss + "," + (float) rate + "," + (float) norm);
    memory.add(engine.memory());
    if (fail.test(steps)) {
      throw new IllegalStateException("the listener fails");
    }
  }

  @Override
  public void onMeasure(String stage, long step, String name, double value) {
    measures.put(stage + " " + step + " " + name, value);
  }

  @Override
  public void onSamples(String stage, long step, Media media) {
    samples.put(stage + " " + step, media);
  }

  @Override
  public boolean isCancelled() {
    return cancel.test(steps);
  }
}
