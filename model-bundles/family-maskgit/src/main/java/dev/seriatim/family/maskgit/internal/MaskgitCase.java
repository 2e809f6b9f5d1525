package dev.seriatim.family.maskgit.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.kernels.CanvasTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A recorded case: the network on a partly masked canvas, and runs of {@code generate}. */
final class MaskgitCase {
  private static final String RUNS = "runs";

  private final RecordedCase recorded;
  private final RecordedModel model;
  private final NDManager scope;
  private final List<Condition> conditions;
  private final int samples;
  private final int slots;
  private final int mask;

  MaskgitCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.scope = recorded.scope().manager();
    this.conditions =
        Arrays.stream(recorded.input("in.classes").toLongArray())
            .<Condition>mapToObj(label -> new Condition.Label((int) label))
            .toList();
    this.samples = conditions.size();
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    this.slots = tokenizer.layout().slots();
    this.mask = ((TokenSpace.Discrete) tokenizer.tokens()).vocabulary();
  }

  void verify() {
    Canvas canvas = partlyMasked(recorded.input("in.ids").toLongArray());
    output("cond_logits", () -> logits(distribution(canvas, Stream.CONDITIONAL)));
    output("uncond_logits", () -> logits(distribution(canvas, Stream.UNCONDITIONAL)));
    OfficialConfig settings = OfficialConfig.of(MaskgitFamily.NAME, recorded.settings());
    if (recorded.settings().get(RUNS) instanceof Map<?, ?> runs) {
      for (Object name : runs.keySet()) {
        OfficialConfig arguments = settings.section(RUNS).section(String.valueOf(name));
        new Run(name + ".", Sampling.of(arguments, "num_sample_steps")).verify();
        arguments.unread().forEach(key -> refuse(arguments, key));
      }
    }
  }

  private static void refuse(OfficialConfig arguments, String key) {
    throw arguments.refuse(key, "no such key", "an argument that is not served");
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has("out." + name)) {
      recorded.output("out." + name, found.get());
    }
  }

  private Canvas partlyMasked(long[] ids) {
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    long[] tokens = Arrays.stream(ids).map(id -> id == mask ? 0 : id).toArray();
    Canvas canvas =
        Canvas.ofIds(tokenizer.layout(), (TokenSpace.Discrete) tokenizer.tokens(), samples, tokens);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == mask) {
        canvas.setLevel(i / slots, i % slots, 0);
      }
    }
    return canvas;
  }

  /** The ids of a canvas, the mask's where a slot is unknown. */
  private long[] masked(Canvas canvas) {
    long[] ids = canvas.ids();
    Arrays.setAll(ids, i -> canvas.isSettled(i / slots, i % slots) ? ids[i] : mask);
    return ids;
  }

  /** What the network says of all slots, those that are settled too. */
  private Distribution distribution(Canvas canvas, Stream stream) {
    NDArray levels = CanvasTensors.settled(canvas, scope).toType(DataType.FLOAT32, true);
    List<Condition> asked = conditions.stream().map(stream::bend).toList();
    Lesson lesson =
        new Lesson(
            CanvasTensors.ids(canvas, scope), new Exposure(levels, null), asked, null, scope);
    NDArray states = model.part("backbone", Backbone.class).teach(lesson);
    Step all = Step.settle(0, Slots.range(0, slots));
    return model.part("head", Head.class).distribution(states, all);
  }

  /** [sample, slot, id]. */
  private static NDArray logits(Distribution distribution) {
    return ((CategoricalDistribution) distribution).logits().squeeze(2);
  }

  /** One run of {@code generate}. */
  private final class Run {
    /** Of its tensors: the run's and a dot. */
    private final String name;

    private final Sampling sampling;
    private final Loop.Parts parts;
    private final NDArray tokenNoise;
    private final NDArray confidenceNoise;

    Run(String name, Sampling sampling) {
      this.name = name;
      this.sampling = sampling;
      this.parts = model.parts(sampling.scheduler(), sampling.guides());
      this.tokenNoise = recorded.input("in." + name + "u_token");
      this.confidenceNoise = recorded.input("in." + name + "u_conf");
    }

    void verify() {
      RandomStreams random =
          recorded.random(samples, (step, at, draw, width, normal) -> numbers(step, at, draw));
      Trace trace = recorded.run(parts, GenerationRequest.of(conditions), random);
      List<Turn> turns = trace.turns();
      List<Canvas> canvases = new ArrayList<>(turns.stream().map(Turn::before).toList());
      canvases.add(trace.canvas());
      output(name + "ids", () -> ids(canvases, MaskgitCase.this::masked));
      output(name + "sampled", () -> ids(turns, this::sampled));
      output(name + "mask_len", () -> remaining(turns.subList(0, turns.size() - 1)));
      output(name + "confidence", () -> stack(turns, this::confidence));
      output(name + "guided_logits", () -> stack(turns, this::guided));
    }

    private NDArray remaining(List<Turn> turns) {
      return scope.create(
          turns.stream().mapToLong(turn -> slots - turn.after().settled(0)).toArray());
    }

    /** The head draws by a race: −ln(−ln u) is its −ln(time) at 1 − u. */
    private NDArray numbers(int step, Slots at, int draw) {
      NDArray index = CanvasTensors.numbers(at, samples, scope);
      if (draw == PlanRequest.FIRST_DRAW) {
        return confidenceNoise.get(step).gather(index, 1).expandDims(2);
      }
      NDArray uniform = tokenNoise.get(step);
      NDArray every = index.expandDims(2).repeat(2, uniform.getShape().get(2));
      return uniform.gather(every, 1).neg().add(1);
    }

    /** The tokens as drawn; settled slots keep theirs. */
    private long[] sampled(Turn turn) {
      Canvas drawn = turn.before().copy();
      turn.step().write(turn.draw(), drawn);
      return drawn.ids();
    }

    /** Logits of what was drawn, with noise, [sample, slot]; infinite where settled before. */
    private NDArray confidence(Turn turn) {
      int step = turn.step().index();
      double temperature = sampling.noise(step);
      // The head gives logits divided by both temperatures; at 0 it divides by none.
      double units = temperature > 0 ? temperature : 1 / sampling.softmax(step);
      float[] logits = turn.draw().confidence().toFloatArray();
      float[] noise = gumbel(confidenceNoise.get(step)).toFloatArray();
      float[] all = new float[samples * slots];
      Arrays.fill(all, Float.POSITIVE_INFINITY);
      Slots at = turn.step().slots();
      for (int i = 0; i < logits.length; i++) {
        int sample = i / at.count();
        int slot = at.slot(sample, i % at.count());
        if (!turn.before().isSettled(sample, slot)) {
          int cell = sample * slots + slot;
          all[cell] = (float) (units * logits[i] + temperature * noise[cell]);
        }
      }
      return scope.create(all, new Shape(samples, slots));
    }

    private NDArray gumbel(NDArray uniform) {
      return uniform.maximum(1e-20f).log().neg().maximum(1e-20f).log().neg();
    }

    /** Guided logits of all slots, [sample, slot, id]. */
    private NDArray guided(Turn turn) {
      Guide guide = parts.guides().get(0);
      Map<Stream, Distribution> others = new HashMap<>();
      guide.streams().forEach(s -> others.put(s, distribution(turn.before(), s)));
      Distribution conditional = distribution(turn.before(), Stream.CONDITIONAL);
      Distribution combined = guide.apply(conditional, others, turn.step(), turn.before());
      return logits(combined).div(sampling.softmax(turn.step().index()));
    }

    private NDArray stack(List<Turn> turns, Function<Turn, NDArray> result) {
      return NDArrays.stack(new NDList(turns.stream().map(result).toList()));
    }

    /** [step, sample, slot]. */
    private <T> NDArray ids(List<T> steps, Function<T, long[]> result) {
      long[] all = steps.stream().map(result).flatMapToLong(Arrays::stream).toArray();
      return scope.create(all, new Shape(steps.size(), samples, slots));
    }
  }
}
