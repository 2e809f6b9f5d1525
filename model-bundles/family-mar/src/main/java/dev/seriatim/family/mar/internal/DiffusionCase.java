package dev.seriatim.family.mar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.importing.OfficialConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The diffusion head on its own: network, noise schedules, sampling. */
final class DiffusionCase {
  /** Rows of the kernel's schedule by the official names of the coefficients. */
  private static final Map<String, Integer> COEFFICIENTS =
      Map.of(
          "betas", 0,
          "sqrt_recip_alphas_cumprod", 3,
          "sqrt_recipm1_alphas_cumprod", 4,
          "posterior_mean_coef1", 5,
          "posterior_mean_coef2", 6,
          "posterior_log_variance_clipped", 7);

  private final RecordedCase recorded;
  private final MarCase mar;
  private final NDManager scope;
  private final Kernel kernel;

  DiffusionCase(RecordedCase recorded, MarCase mar) {
    this.recorded = recorded;
    this.mar = mar;
    this.scope = recorded.scope().manager();
    this.kernel = mar.kernel(ProvidesPart.HEAD);
  }

  void run() {
    if (recorded.has("head.x")) {
      network();
    }
    if (recorded.settings().get("schedules") instanceof List<?> schedules) {
      schedules.forEach(spacing -> schedule(String.valueOf(spacing)));
    }
    mar.names("sample").forEach(this::sample);
  }

  private void network() {
    NDArray x = recorded.input("head.x");
    NDArray t = recorded.input("head.t");
    NDArray c = recorded.input("head.c");
    recorded.output("head.out", kernel.callForOne(scope, "network", x, t, c));
    NDArray first = x.get(":{}", x.getShape().get(0) / 2);
    NDArray condition = kernel.callForOne(scope, "condition", c);
    NDArray weights = weights(mar.settings().number("head_cfg"));
    NDList guided = kernel.call(scope, "guided", first, t, condition, weights);
    NDArray noise = guided.get(0);
    NDArray both = NDArrays.concat(new NDList(noise, noise), 0);
    recorded.output("head.out_cfg", NDArrays.concat(new NDList(both, guided.get(1)), 1));
  }

  /** The weights of the noise with and without condition. */
  private NDArray weights(double scale) {
    return scope.create(new float[] {(float) scale, (float) (1 - scale)});
  }

  private NDArray times(String spacing) {
    long[] sections =
        Arrays.stream(spacing.split(",")).mapToLong(n -> Long.parseLong(n.strip())).toArray();
    return kernel.callForOne(scope, "times", sections, scope.create(0f));
  }

  private void schedule(String spacing) {
    String prefix = "sched." + spacing.replace(',', '_') + ".";
    NDArray times = times(spacing);
    NDArray schedule = kernel.callForOne(scope, "schedule", times);
    recorded.output(prefix + "timestep_map", times);
    COEFFICIENTS.forEach(
        (name, row) ->
            recorded.output(
                prefix + name, schedule.get(row.intValue()).toType(DataType.FLOAT32, false)));
  }

  /**
   * Samples tokens by the head, as rows of one sample. Where they are guided, the official code
   * carries the unconditional rows along: they are denoised by the same guided noise.
   */
  private void sample(String run) {
    OfficialConfig settings = mar.settings().section("sample").section(run);
    String spacing = settings.text("num_sampling_steps");
    double scale = settings.number("cfg");
    double temperature = settings.number("temperature");
    NDArray hidden = recorded.input(run + ".z");
    NDArray start = recorded.input(run + ".noise_init");
    NDArray fresh = recorded.input(run + ".noise_steps");
    long rows = start.getShape().get(0);

    Head head = mar.sampling(spacing).part(ProvidesPart.HEAD, Head.class);
    Step step = Step.settle(0, Slots.range(0, (int) rows));
    Distribution distribution = head.distribution(hidden.get(":{}", rows).expandDims(0), step);
    NDList streams = new NDList(hidden.get(":{}", rows).expandDims(0));
    NDArray weights = scope.create(new float[] {1});
    if (scale != 1) {
      NDArray other = hidden.get("{}:", rows).expandDims(0);
      distribution = distribution.guided(head.distribution(other, step), scale);
      streams.add(other);
      weights = weights(scale);
    }
    NDArray drawn =
        distribution.tempered(temperature).draw(random(step, start, fresh)).tokens().squeeze(0);

    NDArray times = times(spacing);
    NDList noise = new NDList(start.expandDims(0));
    for (long i = 0; i + 1 < times.size(); i++) {
      noise.add(fresh.get("{}, :{}", i, rows).expandDims(0));
    }
    NDArray path =
        kernel.callForOne(scope, "path", streams, weights, times, noise, temperature).squeeze(1);
    NDArray end = drawn;
    if (scale != 1) {
      NDArray others =
          others(new Denoised(path, start, hidden, times), weights, fresh, temperature);
      path = NDArrays.concat(new NDList(path, others), 1);
      end = NDArrays.concat(new NDList(drawn, others.get(-1)), 0);
    }
    recorded.output(run + ".traj", path, RecordedCase.AFTER_SAMPLING);
    recorded.output(run + ".out", end, RecordedCase.AFTER_SAMPLING);
  }

  private StepRandom random(Step step, NDArray start, NDArray fresh) {
    long rows = start.getShape().get(0);
    return recorded
        .random(
            1,
            (index, slots, draw, width, normal) ->
                (draw == 0 ? start : fresh.get("{}, :{}", draw - 1, rows)).expandDims(0))
        .at(0, step.slots(), scope);
  }

  /** A path of tokens, [step, row, token], what it started from, and what it was drawn with. */
  private record Denoised(NDArray path, NDArray start, NDArray hidden, NDArray times) {}

  /** The path of the unconditional rows beside that of the others, [step, row, token]. */
  private NDArray others(Denoised drawn, NDArray weights, NDArray fresh, double temperature) {
    NDArray schedule = kernel.callForOne(scope, "schedule", drawn.times);
    NDArray condition = kernel.callForOne(scope, "condition", drawn.hidden);
    long rows = drawn.start.getShape().get(0);
    long steps = drawn.times.size();
    NDList after = new NDList();
    NDArray x = drawn.start;
    for (long i = 0; i < steps; i++) {
      long step = steps - 1 - i;
      NDArray seen = i == 0 ? drawn.start : drawn.path.get(i - 1);
      NDArray time = drawn.times.get("{}:{}", step, step + 1);
      NDList guided = kernel.call(scope, "guided", seen, time, condition, weights);
      NDArray own = guided.get(1).get("{}:", rows);
      NDArray at = schedule.get(":, {}", step);
      NDArray noise = step == 0 ? null : fresh.get("{}, {}:", i, rows);
      x = kernel.callForOne(scope, "reverse", x, guided.get(0), own, at, noise, temperature);
      after.add(x);
    }
    return NDArrays.stack(after);
  }
}
