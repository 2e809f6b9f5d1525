package dev.seriatim.family.rar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import dev.seriatim.importing.OfficialConfig;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A recorded case: the network on given tokens in several orders, and runs of {@code generate}. */
final class RarCase {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final Kernel kernel;
  private final NDManager scope;

  /** int64 [sample, slot]. */
  private final NDArray ids;

  /** int64 [sample]. */
  private final NDArray labels;

  private final int samples;
  private final int slots;

  RarCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.kernel = model.part("backbone", KernelPart.class).kernel();
    this.scope = recorded.scope().manager();
    this.ids = recorded.input("in.ids");
    this.labels = recorded.input("in.classes");
    this.samples = (int) ids.getShape().get(0);
    this.slots = (int) ids.getShape().get(1);
  }

  void verify() {
    NDArray none = labels.mul(0).add(model.descriptor().conditions().labels().size());
    output("condition_ids", () -> kernel.callForOne(scope, "condition_ids", labels));
    output("none_condition_ids", () -> kernel.callForOne(scope, "condition_ids", none));

    NDArray orders = recorded.input("in.orders");
    NDArray raster = scope.arange(slots).toType(DataType.INT64, false).expandDims(0);
    NDArray rasters = raster.repeat(0, samples);
    List<Condition> dropped = Collections.nCopies(samples, Condition.NONE);
    output("labels_permuted", () -> kernel.callForOne(scope, "permute", ids, orders));
    output("logits_permuted", () -> taught(orders, labels, conditions()));
    output("logits_raster", () -> taught(rasters, labels, conditions()));
    output("logits_raster_uncond", () -> taught(rasters, none, dropped));
    output("prefix_logits", () -> prefix(rasters));
    OfficialConfig config = OfficialConfig.of(RarFamily.NAME, recorded.configuration());
    generate(Sampling.of(config.section("model.generator")));
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has("out." + name)) {
      recorded.output("out." + name, found.get());
    }
  }

  private List<Condition> conditions() {
    return Arrays.stream(labels.toLongArray())
        .<Condition>mapToObj(label -> new Condition.Label((int) label))
        .toList();
  }

  /**
   * Logits in the order of generation, with those after the last token, which predict nothing.
   *
   * @return float32 [sample, 1 + slot, id]
   */
  private NDArray taught(NDArray orders, NDArray rows, List<Condition> conditions) {
    Lesson lesson =
        new Lesson(ids.expandDims(2), new Exposure(null, orders), conditions, null, scope);
    NDArray states = model.part("backbone", Backbone.class).teach(lesson);
    NDArray every = orders.expandDims(2).repeat(2, states.getShape().get(2));
    NDArray permuted = kernel.callForOne(scope, "permute", ids, orders);
    NDArray last =
        kernel.callForOne(scope, "sequence", permuted, orders, rows).get(":, {}:", slots);
    return logits(states.gather(every, 1).concat(last, 1));
  }

  /** [sample, state, width] to [sample, state, id]. */
  private NDArray logits(NDArray states) {
    Step step = Step.settle(0, Slots.range(0, (int) states.getShape().get(1)));
    CategoricalDistribution distribution =
        (CategoricalDistribution) model.part("head", Head.class).distribution(states, step);
    return distribution.logits().squeeze(2);
  }

  /** Logits after each of the first tokens alone. */
  private NDArray prefix(NDArray orders) {
    long tokens = recorded.recorded("out.prefix_logits").getShape().get(1) - 1;
    NDArray first = ids.get(":, :" + tokens);
    return logits(kernel.callForOne(scope, "sequence", first, orders, labels));
  }

  private void generate(Sampling sampling) {
    Trace greedy = run(sampling, true);
    output("greedy_ids", () -> ids(greedy));
    output("greedy_cached_logits", () -> stack(greedy, RarCase::streams));
    output("greedy_guided_logits", () -> stack(greedy, turn -> turn.combined().get(":, 0, 0")));
    PartReference guidance = sampling.guidance();
    Guide guide = model.parts(Sampling.SCHEDULER, List.of(guidance)).guides().get(0);
    output("cfg_scale_per_step", () -> stack(greedy, turn -> scale(guide, turn)));
    output("sampled_ids", () -> ids(run(sampling, false)));
    output("sampled_ids_constant_cfg", () -> ids(run(sampling.constant(), false)));
  }

  /** Logits of a step, [stream · sample, id]. */
  private static NDArray streams(Turn turn) {
    return NDArrays.concat(new NDList(turn.logits()), 0).get(":, 0, 0");
  }

  private Trace run(Sampling sampling, boolean mode) {
    NDArray uniform = uniform(recorded.input("in.exp_draws"));
    RandomStreams random =
        recorded.random(
            samples, (step, at, draw, width, normal) -> uniform.get(step).expandDims(1));
    GenerationRequest request = GenerationRequest.of(conditions());
    return recorded.run(
        model.parts(Sampling.SCHEDULER, sampling.guides()),
        mode ? request.withMode() : request,
        random);
  }

  /** The head makes exponential times of uniform numbers u: −ln(1 − u). */
  private NDArray uniform(NDArray times) {
    float[] numbers = times.toFloatArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) -Math.expm1(-numbers[i]);
    }
    return scope.create(numbers, times.getShape());
  }

  private NDArray ids(Trace trace) {
    return scope.create(trace.canvas().ids(), new Shape(samples, slots));
  }

  /**
   * The guidance weight of a step, by the guide itself: what it makes of conditional logits of 1
   * and unconditional ones of 0.
   */
  private NDArray scale(Guide guide, Turn turn) {
    NDArray state = turn.hidden().get(0).get(":1");
    CategoricalDistribution any =
        (CategoricalDistribution) model.part("head", Head.class).distribution(state, turn.step());
    NDArray zeros = any.logits().zerosLike();
    Map<Stream, Distribution> others = Map.of(Stream.UNCONDITIONAL, any.withLogits(zeros));
    Distribution guided =
        guide.apply(any.withLogits(zeros.add(1)), others, turn.step(), turn.before());
    return ((CategoricalDistribution) guided).logits().get("0, 0, 0, 0");
  }

  private static NDArray stack(Trace trace, Function<Turn, NDArray> result) {
    return NDArrays.stack(new NDList(trace.turns().stream().map(result).toList()));
  }
}
