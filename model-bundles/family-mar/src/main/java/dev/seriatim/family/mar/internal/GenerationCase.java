package dev.seriatim.family.mar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.kernels.CanvasTensors;
import java.util.List;

/** A generation through the loop, with recorded orders and noise. */
final class GenerationCase {
  private final RecordedCase recorded;
  private final MarCase mar;
  private final String run;
  private final NDManager scope;

  GenerationCase(RecordedCase recorded, MarCase mar, String run) {
    this.recorded = recorded;
    this.mar = mar;
    this.run = run;
    this.scope = recorded.scope().manager();
  }

  void run() {
    OfficialConfig settings = mar.settings().section("generation").section(run);
    Loop.Parts parts =
        mar.sampling(settings.text("num_sampling_steps"))
            .parts(
                MarFamily.scheduler(settings.integer("num_iter"), 0),
                MarFamily.guides(
                    settings.number("cfg"),
                    settings.text("cfg_schedule"),
                    settings.number("temperature")));
    List<Condition> labels = MarCase.labels(input("labels"));
    NDArray ranks = MarCase.ranks(input("orders"));
    GenerationRequest request = GenerationRequest.of(labels);
    Trace trace =
        recorded.run(
            parts,
            request,
            recorded.random(
                labels.size(),
                (step, slots, draw, width, normal) ->
                    normal ? noise(step, slots, draw, width, labels.size()) : ranks));
    compare(parts, trace);
  }

  /** An input of this run, or of the run that shares it with all. */
  private NDArray input(String name) {
    if (recorded.has(run + "." + name)) {
      return recorded.input(run + "." + name);
    }
    return mar.names("generation").stream()
        .map(other -> other + "." + name)
        .filter(recorded::has)
        .findFirst()
        .map(recorded::input)
        .orElseGet(() -> recorded.input(run + "." + name));
  }

  /** Noise of a draw; that of unconditional rows, behind the others, is of no consequence. */
  private NDArray noise(int step, Slots slots, int draw, int width, int samples) {
    NDArray every = recorded.input(run + ".noise_steps." + step);
    NDArray rows =
        draw == 0
            ? recorded.input(run + ".noise_init." + step)
            : every.get("{}, :{}", draw - 1, samples * slots.count());
    return rows.reshape(samples, slots.count(), width);
  }

  private void compare(Loop.Parts parts, Trace trace) {
    int count = trace.turns().size();
    long[] predicted = new long[count];
    float[] guidance = new float[count];
    for (int i = 0; i < count; i++) {
      Trace.Turn turn = trace.turns().get(i);
      predicted[i] = turn.step().slots().count();
      guidance[i] = (float) GuidanceProbe.scale(parts.guides(), turn);
      NDArray settled = CanvasTensors.settled(turn.before(), scope);
      recorded.output(run + ".mask." + i, settled.toType(DataType.FLOAT32, false).neg().add(1));
      NDList rows = new NDList();
      turn.hidden().forEach(states -> rows.add(rows(states)));
      recorded.output(run + ".z." + i, NDArrays.concat(rows, 0), RecordedCase.AFTER_SAMPLING);
      recorded.output(
          run + ".sampled." + i, rows(turn.draw().tokens()), RecordedCase.AFTER_SAMPLING);
    }
    recorded.output(run + ".num_pred", scope.create(predicted));
    recorded.output(run + ".cfg_iter", scope.create(guidance));
    NDArray latents = mar.latents(CanvasTensors.vectors(trace.canvas(), scope));
    recorded.output(run + ".latents", latents, RecordedCase.AFTER_SAMPLING);
    NDArray image = mar.kernel(ProvidesPart.TOKENIZER).callForOne(scope, "pixels", latents);
    recorded.output(run + ".image", image, RecordedCase.AFTER_SAMPLING);
  }

  /** [sample, slot, any] to [sample · slot, any]. */
  private static NDArray rows(NDArray array) {
    Shape shape = array.getShape();
    return array.reshape(shape.get(0) * shape.get(1), shape.get(2));
  }
}
