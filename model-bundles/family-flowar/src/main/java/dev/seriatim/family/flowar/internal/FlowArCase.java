package dev.seriatim.family.flowar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Knobs;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.RecordedNumbers;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A recorded case of one transformer with its flow network, and the tokenizer. A case may hold
 * several transformers: tensors and runs of the one with cross attention start {@code x_}. Recorded
 * maps are [sample, width, row, column]; rows of two halves are conditional, then unconditional.
 */
final class FlowArCase {
  /** Before the tensors of the transformer with cross attention, beside another. */
  private static final String CROSS = "x_";

  private static final String ROTATED = "rope.in.";

  private final RecordedCase recorded;
  private final OfficialConfig settings;
  private final String prefix;
  private final double dropProbability;
  private final PyramidTokenizer tokenizer;
  private final Backbone backbone;
  private final Head head;
  private final Kernel tokens;
  private final Kernel network;
  private final FlowNumbers flow;
  private final Pyramid pyramid;
  private final NDManager scope;

  private FlowArCase(
      RecordedCase recorded, RecordedModel model, String prefix, double dropProbability) {
    this.dropProbability = dropProbability;
    this.recorded = recorded;
    this.settings = OfficialConfig.of(FlowArFamily.NAME, recorded.settings());
    this.prefix = prefix;
    this.tokenizer = model.part("tokenizer", PyramidTokenizer.class);
    this.backbone = model.part("backbone", Backbone.class);
    this.head = model.part("head", Head.class);
    this.tokens = model.part("tokenizer", KernelPart.class).kernel();
    this.network = model.part("backbone", KernelPart.class).kernel();
    this.pyramid = tokenizer.layout();
    this.scope = recorded.scope().manager();
    Kernel kernel = model.part("head", KernelPart.class).kernel();
    this.flow = new FlowNumbers(recorded, kernel, pyramid, prefix);
  }

  /** Runs a case: each of its transformers. */
  static void run(RecordedCase recorded) {
    OfficialConfig config = OfficialConfig.of(FlowArFamily.NAME, recorded.configuration());
    boolean first = true;
    for (String section : recorded.configuration().keySet()) {
      if (section.startsWith(FlowArFamily.NAME)) {
        OfficialConfig official = config.section(section);
        boolean marked = official.flag("cross", false) && recorded.has(CROSS + "head.x");
        String prefix = marked ? CROSS : "";
        Map<String, Object> configuration = new LinkedHashMap<>(recorded.configuration());
        configuration.put(FlowArFamily.NAME, recorded.configuration().get(section));
        double dropped = official.number("label_drop_prob", 0.1);
        List<Checkpoint> files = files(recorded, official);
        FlowArCase parts =
            new FlowArCase(recorded, recorded.model(configuration, files), prefix, dropped);
        if (first) {
          parts.shared();
        }
        parts.parts();
        runs(recorded, configuration, files, prefix, dropped);
        first = false;
      }
    }
  }

  /** The tokenizer's checkpoint and the one that a section speaks of. */
  private static List<Checkpoint> files(RecordedCase recorded, OfficialConfig section) {
    List<Checkpoint> files = new ArrayList<>();
    for (Checkpoint file : recorded.checkpoints()) {
      boolean fits =
          StateDict.find(List.of(file), FlowArNetwork.TENSOR, FlowArNetwork.WRAPPERS)
              .map(tensors -> new FlowArNetwork(tensors, section).fits())
              .orElse(true);
      if (fits) {
        files.add(file);
      }
    }
    return files;
  }

  /** What is recorded once in a case, by its first transformer. */
  private void shared() {
    if (recorded.has("tok.image")) {
      tokenize();
    }
    rotate();
    flow.times();
  }

  /** What is recorded of a transformer beside generation. */
  private void parts() {
    flow.all();
    if (recorded.has(prefix + "train.latents")) {
      train();
    }
  }

  /** The runs of a transformer, each with its settings. */
  private static void runs(
      RecordedCase recorded,
      Map<String, Object> configuration,
      List<Checkpoint> files,
      String prefix,
      double dropped) {
    if (!(recorded.settings().get("generation") instanceof Map<?, ?> generation)) {
      return;
    }
    for (Map.Entry<?, ?> run : generation.entrySet()) {
      String name = String.valueOf(run.getKey());
      boolean own = name.startsWith(CROSS) == prefix.equals(CROSS);
      if (own && recorded.has(name + ".labels")) {
        Map<String, Object> set = new LinkedHashMap<>(configuration);
        set.put("generation", run.getValue());
        RecordedModel model = recorded.model(set, files);
        new FlowArCase(recorded, model, prefix, dropped).generate(name, model);
      }
    }
  }

  private void tokenize() {
    NDArray moments = tokens.callForOne(scope, "moments", recorded.input("tok.image"));
    NDArray noise = recorded.input("tok.noise");
    NDArray latents = tokens.callForOne(scope, "posterior", moments, noise);
    NDArray image = tokens.callForOne(scope, "pixels", latents);
    recorded.output("tok.moments", moments);
    recorded.output("tok.latents", latents);
    recorded.output("tok.rec", image);
    // Half to even, as torch.round does.
    NDArray levels = image.add(1).div(2).mul(255).clip(0, 255).round();
    recorded.output("tok.rec_u8", levels.toType(DataType.INT64, false));
  }

  /** Rotary positions of the transformer, on the square maps that are recorded. */
  private void rotate() {
    recorded.output("rope.freqs", network.callForOne(scope, "frequencies"));
    for (String name : recorded.tensors()) {
      if (name.startsWith(ROTATED)) {
        NDArray given = recorded.input(name);
        int side = (int) Math.round(Math.sqrt(given.getShape().get(2)));
        NDArray turned = network.callForOne(scope, "turned", given, side, side);
        recorded.output("rope.out." + name.substring(ROTATED.length()), turned);
      }
    }
  }

  private void train() {
    String train = prefix + "train.";
    NDArray latents = recorded.input(train + "latents");
    NDArray truth = tokens.callForOne(scope, "tokens_of", latents);
    recorded.output(train + "x_input", tokenizer.teaching(truth, scope));
    NDArray hidden =
        backbone.teach(
            new Lesson(truth, Exposure.OWN_ORDER, droppedLabels(train), tokenizer, scope));
    recorded.output(train + "z", hidden);
    NDArray times = ofScales(scale -> timeOfEverySlot(train, scale));
    NDArray noise = ofScales(scale -> recorded.input(train + "noise." + scale));
    recorded.output(train + "scale_loss", flow.lossOfScales(hidden, truth, times, noise));
    RecordedNumbers numbers = (step, slots, draw, width, normal) -> normal ? noise : times;
    Slots all = Slots.range(0, pyramid.slots());
    StepRandom random = recorded.random((int) truth.getShape().get(0), numbers).at(0, all, scope);
    recorded.output(train + "loss", head.loss(hidden, truth, null, random));
  }

  private List<Condition> droppedLabels(String train) {
    List<Condition> labels = labels(recorded.input(train + "labels"));
    float[] chance = recorded.input(train + "label_drop_rand").toFloatArray();
    return IntStream.range(0, chance.length)
        .mapToObj(i -> chance[i] < (float) dropProbability ? Condition.NONE : labels.get(i))
        .toList();
  }

  private static List<Condition> labels(NDArray labels) {
    return Arrays.stream(labels.toLongArray())
        .<Condition>mapToObj(label -> new Condition.Label((int) label))
        .toList();
  }

  /** A scale's time, [sample, 1, 1], at each of its slots. */
  private NDArray timeOfEverySlot(String train, int scale) {
    NDArray time = recorded.input(train + "t." + scale);
    int slots = pyramid.scales().get(scale).slots();
    return time.broadcast(new Shape(time.getShape().get(0), slots, 1));
  }

  private interface OfScale {
    NDArray get(int scale);
  }

  private NDArray ofScales(OfScale each) {
    NDList scales = new NDList();
    for (int scale = 0; scale < pyramid.scales().size(); scale++) {
      scales.add(each.get(scale));
    }
    return NDArrays.concat(scales, 1);
  }

  private void generate(String run, RecordedModel model) {
    List<Condition> conditions = labels(recorded.input(run + ".labels"));
    int samples = conditions.size();
    RecordedNumbers noise =
        (step, slots, draw, width, normal) ->
            recorded.input(run + ".noise." + step).get("0:{}", samples);
    Trace trace =
        recorded.run(
            model.parts(null, null),
            GenerationRequest.of(conditions),
            recorded.random(samples, noise));
    double cfg = settings.number("generation." + run + ".cfg");
    float[] scales = new float[trace.turns().size()];
    for (int scale = 0; scale < scales.length; scale++) {
      Turn turn = trace.turns().get(scale);
      scales[scale] =
          (float) (1 + (cfg - 1) * turn.step().knobs().get(Knobs.STEP_SHARE, Double.NaN));
      turn(run, turn, scale);
    }
    recorded.output(run + ".cfg_scale", scope.create(scales));
    NDArray last = trace.turns().get(scales.length - 1).draw().tokens();
    NDArray latents = map(last, scales.length - 1);
    recorded.output(run + ".latents", latents, RecordedCase.AFTER_SAMPLING);
    NDArray image = tokens.callForOne(scope, "pixels", latents);
    recorded.output(run + ".image", image, RecordedCase.AFTER_SAMPLING);
  }

  private void turn(String run, Turn turn, int scale) {
    NDArray states = NDArrays.concat(new NDList(turn.hidden()), 0);
    recorded.output(run + ".z." + scale, states, RecordedCase.AFTER_SAMPLING);
    NDArray drawn = turn.draw().tokens();
    recorded.output(run + ".sample." + scale, drawn, RecordedCase.AFTER_SAMPLING);
    if (scale + 1 < pyramid.scales().size()) {
      Canvas after = turn.after();
      NDArray next = tokenizer.features(after, scale + 1, scope);
      recorded.output(run + ".next." + scale, next, RecordedCase.AFTER_SAMPLING);
    }
  }

  /** Tokens of a scale, [sample, slot, width], as a map. */
  private NDArray map(NDArray drawn, int scale) {
    Grid grid = pyramid.scales().get(scale);
    long samples = drawn.getShape().get(0);
    return drawn.transpose(0, 2, 1).reshape(samples, -1, grid.rows(), grid.columns());
  }
}
