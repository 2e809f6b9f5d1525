package dev.seriatim.family.var.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Trace.Turn;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.kernels.ImageTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A recorded case of one transformer and the tokenizer. A case may hold several: the
 * configuration's section {@code var} goes with tensors without prefix, {@code var_X} with those
 * that start {@code X_}. Recorded maps are [sample, width, row, column].
 */
final class VarCase {
  private final RecordedCase recorded;
  private final String prefix;
  private final RecordedModel model;
  private final PyramidTokenizer tokenizer;
  private final Backbone backbone;
  private final Head head;
  private final Kernel tokens;
  private final Kernel network;
  private final Kernel logits;
  private final Pyramid pyramid;
  private final NDManager scope;

  private VarCase(RecordedCase recorded, RecordedModel model, String prefix) {
    this.recorded = recorded;
    this.prefix = prefix;
    this.model = model;
    this.tokenizer = model.part("tokenizer", PyramidTokenizer.class);
    this.backbone = model.part("backbone", Backbone.class);
    this.head = model.part("head", Head.class);
    this.tokens = model.part("tokenizer", KernelPart.class).kernel();
    this.network = model.part("backbone", KernelPart.class).kernel();
    this.logits = model.part("head", KernelPart.class).kernel();
    this.pyramid = tokenizer.layout();
    this.scope = recorded.scope().manager();
  }

  /** Runs a case: each of its transformers. */
  static void run(RecordedCase recorded) {
    OfficialConfig config = OfficialConfig.of(VarFamily.NAME, recorded.configuration());
    for (String section : recorded.configuration().keySet()) {
      if (section.equals("var") || section.startsWith("var_")) {
        String prefix = section.equals("var") ? "" : section.substring(4) + "_";
        Map<String, Object> configuration = new LinkedHashMap<>(recorded.configuration());
        configuration.put("var", recorded.configuration().get(section));
        List<Checkpoint> files = files(recorded, config.section(section));
        new VarCase(recorded, recorded.model(configuration, files), prefix).all();
      }
    }
  }

  /** The tokenizer's checkpoint and the one that a section speaks of. */
  private static List<Checkpoint> files(RecordedCase recorded, OfficialConfig section) {
    List<Checkpoint> files = new ArrayList<>();
    for (Checkpoint file : recorded.checkpoints()) {
      boolean fits =
          StateDict.find(List.of(file), VarNetwork.TENSOR, VarFamily.WRAPPERS)
              .map(tensors -> new VarNetwork(tensors, section).fits())
              .orElse(true);
      if (fits) {
        files.add(file);
      }
    }
    return files;
  }

  private void all() {
    if (recorded.has(prefix + "tok.image")) {
      tokenize();
    }
    if (recorded.has(prefix + "filter.logits")) {
      filter();
    }
    if (recorded.has("tf.idx.0") || recorded.has(prefix + "tf.idx.0")) {
      teach();
    }
    if (recorded.has("gen.labels") || recorded.has(prefix + "gen.labels")) {
      generate();
    }
  }

  private void output(String name, NDArray found) {
    recorded.output(prefix + name, found);
  }

  /** An input of this transformer, or of the first one where they share it. */
  private NDArray input(String name) {
    return recorded.input(recorded.has(prefix + name) ? prefix + name : name);
  }

  private void tokenize() {
    NDArray images = input("tok.image");
    NDArray code = tokens.callForOne(scope, "code", images);
    NDArray ids = tokens.callForOne(scope, "quantise", code);
    NDList maps = maps(ids);
    output("tok.encoder_out", tokens.callForOne(scope, "encoder", images));
    output("tok.f", code);
    for (int scale = 0; scale < maps.size(); scale++) {
      output("tok.idx." + scale, ofScale(ids, scale));
      output("tok.fhat." + scale, maps.get(scale));
    }
    output("tok.phi_index", tokens.callForOne(scope, "phi_choice"));
    output("tok.var_input", tokenizer.teaching(ids.expandDims(2), scope));
    NDArray whole = tokens.callForOne(scope, "pixels", maps.get(maps.size() - 1));
    output("tok.rec_preclamp", whole);
    output("tok.rec", whole.clip(-1, 1));
    output("tok.rec_first", tokens.callForOne(scope, "pixels", maps.get(0)).clip(-1, 1));
    NDArray given = tokens.callForOne(scope, "pixels", input("tok.dec_fhat"));
    output("tok.dec_image", given.clip(-1, 1));
  }

  /** The map after each scale. */
  private NDList maps(NDArray ids) {
    return tokens.call(scope, "sums", ids, null, pyramid.scales().size());
  }

  private NDArray ofScale(NDArray ids, int scale) {
    return ids.get(":, {}:{}", pyramid.firstSlot(scale), pyramid.firstSlot(scale + 1));
  }

  /** What top-k and top-p leave, by the guides themselves. */
  private void filter() {
    NDArray given = input("filter.logits");
    Shape shape = given.getShape();
    Step step = Step.settle(0, Slots.range(0, (int) shape.get(1)));
    NDArray states = scope.zeros(new Shape(shape.get(0), shape.get(1), backbone.width()));
    CategoricalDistribution any = (CategoricalDistribution) head.distribution(states, step);
    Canvas canvas = Canvas.blank(pyramid, tokenizer.tokens(), (int) shape.get(0));
    List<?> filters = (List<?>) recorded.settings().get("filter");
    for (int j = 0; j < filters.size(); j++) {
      List<?> filter = (List<?>) filters.get(j);
      int topK = ((Number) filter.get(0)).intValue();
      double topP = ((Number) filter.get(1)).doubleValue();
      Distribution filtered = any.withLogits(given.expandDims(2));
      for (Guide guide : model.parts(null, VarFamily.guides(0, topK, topP)).guides()) {
        filtered = guide.apply(filtered, Map.of(), step, canvas);
      }
      NDArray left = ((CategoricalDistribution) filtered).logits();
      output("filter.probs." + j, left.softmax(-1).squeeze(2));
    }
  }

  private void teach() {
    int scales = pyramid.scales().size();
    NDList ids = new NDList();
    for (int scale = 0; scale < scales; scale++) {
      ids.add(input("tf.idx." + scale));
    }
    NDArray truth = NDArrays.concat(ids, 1).expandDims(2);
    NDArray labels = input("tf.labels");
    NDArray features = tokenizer.teaching(truth, scope);
    output("tf.var_input", features);
    NDArray embedded = network.callForOne(scope, "embed", features, labels, 0, scales);
    output("tf.embed", embedded);
    NDArray modulation = network.callForOne(scope, "modulation", labels);
    for (int i = 0; recorded.has(prefix + "tf.block." + i); i++) {
      int blocks = i + 1;
      NDArray after =
          network.callForOne(scope, "blocks", embedded, modulation, blocks, null, 0, scales);
      output("tf.block." + i, after);
    }
    List<Condition> none = labels(labels).stream().map(label -> Condition.NONE).toList();
    NDArray conditional = states(truth, labels(labels));
    output("tf.logits_cond", logits.callForOne(scope, "logits", conditional));
    output("tf.logits_uncond", logits.callForOne(scope, "logits", states(truth, none)));
    StepRandom unused =
        recorded.random(none.size(), (a, b, c, d, e) -> null).at(0, everySlot(), scope);
    output("tf.loss_mean", head.loss(conditional, truth, null, unused));
    NDArray last = ofScale(conditional, scales - 1);
    output("tf.loss_tail", head.loss(last, ofScale(truth, scales - 1), null, unused));
  }

  private Slots everySlot() {
    return Slots.range(0, pyramid.slots());
  }

  private NDArray states(NDArray truth, List<Condition> conditions) {
    return backbone.teach(new Lesson(truth, Exposure.OWN_ORDER, conditions, tokenizer, scope));
  }

  private static List<Condition> labels(NDArray labels) {
    return Arrays.stream(labels.toLongArray())
        .<Condition>mapToObj(label -> new Condition.Label((int) label))
        .toList();
  }

  private void generate() {
    OfficialConfig settings =
        OfficialConfig.of(VarFamily.NAME, recorded.settings()).section("generation");
    double cfg = settings.number(prefix + "cfg", settings.number("cfg", 1.5));
    Loop.Parts parts =
        model.parts(
            null, VarFamily.guides(cfg, settings.integer("top_k"), settings.number("top_p")));
    List<Condition> conditions = labels(input("gen.labels"));
    long[] samples = LongStream.range(0, conditions.size()).toArray();
    Trace trace =
        recorded.run(parts, GenerationRequest.of(conditions), recorded.engine().random(0, samples));
    for (int scale = 0; scale < trace.turns().size(); scale++) {
      turn(trace.turns().get(scale), scale);
    }
    if (trace.turns().get(0).logits().size() == 1) {
      unguided(trace);
    }
    NDArray image = ImageTensors.upload((Images) tokenizer.decode(trace.canvas(), scope), scope);
    output("gen.image", image);
    output("gen.image_u8", ImageTensors.truncated(image).transpose(0, 3, 1, 2));
  }

  /** Logits without condition where guidance does not ask for them; officially it always does. */
  private void unguided(Trace trace) {
    int samples = trace.canvas().samples();
    NDArray ids = scope.create(trace.canvas().ids(), new Shape(samples, pyramid.slots(), 1));
    List<Condition> none = Collections.nCopies(samples, Condition.NONE);
    NDArray all = logits.callForOne(scope, "logits", states(ids, none)).squeeze(2);
    for (int scale = 0; scale < pyramid.scales().size(); scale++) {
      output("gen.logits_uncond." + scale, ofScale(all, scale));
    }
  }

  private void turn(Turn turn, int scale) {
    output("gen.logits_cond." + scale, turn.logits().get(0));
    if (turn.logits().size() > 1) {
      output("gen.logits_uncond." + scale, turn.logits().get(1));
    }
    output("gen.logits_guided." + scale, turn.combined());
    output("gen.idx." + scale, turn.draw().tokens());
    Canvas after = turn.after();
    NDArray ids = scope.create(after.ids(), new Shape(after.samples(), pyramid.slots()));
    output("gen.fhat." + scale, maps(ids).get(scale));
    if (scale + 1 < pyramid.scales().size()) {
      Grid next = pyramid.scales().get(scale + 1);
      NDArray features = tokenizer.features(after, scale + 1, scope);
      Shape map = new Shape(after.samples(), -1, next.rows(), next.columns());
      output("gen.next_map." + scale, features.transpose(0, 2, 1).reshape(map));
    }
  }
}
