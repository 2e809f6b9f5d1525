package dev.seriatim.family.flowar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.RecordedCase;
import java.util.List;
import java.util.Map;

/** What is recorded of the flow network alone: velocity, sampling times, sampler and loss. */
final class FlowNumbers {
  private static final int EULER = 1;

  private final RecordedCase recorded;
  private final Kernel flow;
  private final Pyramid pyramid;
  private final String prefix;
  private final NDManager scope;

  /**
   * @param flow kernel of the head
   * @param prefix of the tensors
   */
  FlowNumbers(RecordedCase recorded, Kernel flow, Pyramid pyramid, String prefix) {
    this.recorded = recorded;
    this.flow = flow;
    this.pyramid = pyramid;
    this.prefix = prefix;
    this.scope = recorded.scope().manager();
  }

  /** Hands in velocity and samples. */
  void all() {
    if (recorded.has(prefix + "head.x")) {
      velocity();
    }
    if (recorded.settings().get("ode") instanceof Map<?, ?> runs) {
      for (Map.Entry<?, ?> run : runs.entrySet()) {
        String name = prefix + run.getKey();
        if (recorded.has(name + ".out")) {
          sample(name, (Map<?, ?>) run.getValue());
        }
      }
    }
  }

  private void velocity() {
    NDArray x = recorded.input(prefix + "head.x");
    NDArray t = recorded.input(prefix + "head.t");
    NDArray states = recorded.input(prefix + "head.cond");
    recorded.output(
        prefix + "head.out", flow.callForOne(scope, "velocity", x, t, states, scaleOf(x)));
    recorded.output(prefix + "head.t_int", flow.callForOne(scope, "time_steps", t));
  }

  /** The scale that has as many slots as a recorded tensor, [row, slot, width]. */
  private int scaleOf(NDArray tokens) {
    long slots = tokens.getShape().get(1);
    for (int scale = 0; scale < pyramid.scales().size(); scale++) {
      if (pyramid.scales().get(scale).slots() == slots) {
        return scale;
      }
    }
    throw PartException.of(
        FlowArFamily.NAME, "case", "tokens of one of the scales", slots + " tokens");
  }

  /** Hands in the sampling times of each number of steps. */
  void times() {
    if (!(recorded.settings().get("schedules") instanceof List<?> schedules)) {
      return;
    }
    double high = number(recorded.settings().get("sched_guidance"));
    for (Object steps : schedules) {
      String name = "sched." + ((Number) steps).intValue();
      NDArray times = flow.callForOne(scope, "times", ((Number) steps).intValue());
      NDArray starts = times.get(":{}", times.size() - 1);
      NDArray guided = flow.callForOne(scope, "is_guided", times, high);
      recorded.output(name + ".t", times.toType(DataType.FLOAT32, false));
      recorded.output(name + ".t_int", flow.callForOne(scope, "time_steps", starts));
      recorded.output(name + ".guided", guided.toType(DataType.INT64, false));
    }
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  /**
   * A recorded run of the sampler. Officially the unconditional half is a path of its own: it goes
   * its own way until guidance sets in, and from there on moves as the conditional half does.
   */
  private void sample(String run, Map<?, ?> settings) {
    NDArray noise = recorded.input(prefix + "ode.noise");
    NDArray states = recorded.input(prefix + "ode.cond");
    NDArray times =
        flow.callForOne(scope, "times", ((Number) settings.get("num_steps")).intValue());
    double cfg = number(settings.get("cfg_scale"));
    double high = number(settings.get("guidance_high"));
    long half = noise.getShape().get(0) / 2;
    NDArray conditional = states.get("0:{}", half);
    NDArray unconditional = states.get("{}:", half);
    NDArray start = noise.get("0:{}", half);
    NDArray other = noise.get("{}:", half);
    if (cfg <= 1) {
      NDArray whole = path(noise, new NDList(states), new float[] {1}, times, high);
      recorded.output(run + ".out", whole, RecordedCase.AFTER_SAMPLING);
      return;
    }
    float[] weights = {(float) cfg, (float) (1 - cfg)};
    NDArray guided = path(start, new NDList(conditional, unconditional), weights, times, high);
    NDArray before = before(times, high);
    NDArray from = path(start, new NDList(conditional), new float[] {1}, before, high);
    NDArray otherFrom = path(other, new NDList(unconditional), new float[] {1}, before, high);
    NDArray moved = otherFrom.add(guided.sub(from));
    NDArray both = NDArrays.concat(new NDList(guided, moved), 0);
    recorded.output(run + ".out", both, RecordedCase.AFTER_SAMPLING);
  }

  /** Sampling times up to the one at which guidance sets in. */
  private NDArray before(NDArray times, double high) {
    NDArray guided = flow.callForOne(scope, "is_guided", times, high);
    long count = guided.size() - guided.toType(DataType.INT64, true).sum().getLong();
    return times.get(":{}", count + 1);
  }

  private NDArray path(NDArray noise, NDList states, float[] weights, NDArray times, double high) {
    return flow.callForOne(
        scope,
        "integrate",
        noise,
        states,
        scope.create(weights),
        times,
        high,
        EULER,
        scaleOf(noise));
  }

  /** Loss of each scale and sample, [scale, sample]. */
  NDArray lossOfScales(NDArray hidden, NDArray tokens, NDArray times, NDArray noise) {
    NDArray errors = flow.callForOne(scope, "errors", hidden, tokens, times.squeeze(2), noise);
    NDList scales = new NDList();
    for (int scale = 0; scale < pyramid.scales().size(); scale++) {
      NDArray own = errors.get(":, {}:{}", pyramid.firstSlot(scale), pyramid.firstSlot(scale + 1));
      scales.add(own.mean(new int[] {1}));
    }
    return NDArrays.stack(scales);
  }
}
