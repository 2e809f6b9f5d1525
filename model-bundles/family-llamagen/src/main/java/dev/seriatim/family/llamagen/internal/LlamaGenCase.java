package dev.seriatim.family.llamagen.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.family.llamagen.RecordedRun;
import dev.seriatim.family.llamagen.Sampling;
import dev.seriatim.importing.OfficialConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A recorded case: the tokenizer on given images and ids, the filter on given logits, the
 * transformer on given tokens, and runs of {@code generate}.
 */
final class LlamaGenCase {
  private final RecordedCase recorded;
  private final RecordedModel model;
  private final Tokenizer tokenizer;
  private final Backbone backbone;
  private final Head head;
  private final Kernel network;
  private final NDManager scope;

  LlamaGenCase(RecordedCase recorded, RecordedModel model) {
    this.recorded = recorded;
    this.model = model;
    this.tokenizer = model.part("tokenizer", Tokenizer.class);
    this.backbone = model.part("backbone", Backbone.class);
    this.head = model.part("head", Head.class);
    this.network = model.part("backbone", KernelPart.class).kernel();
    this.scope = recorded.scope().manager();
  }

  void verify() {
    if (recorded.has("tok.image")) {
      encode(recorded.input("tok.image"));
    }
    if (recorded.has("tok.dec_idx")) {
      NDArray codes = codes(recorded.input("tok.dec_idx"), decodedRows());
      output("tok.dec_quant", () -> codes);
      output("tok.dec_image", () -> pixels(codes));
    }
    if (recorded.has("filter.logits")) {
      filter(recorded.input("filter.logits"));
    }
    if (recorded.has("tf.ids")) {
      teach(recorded.input("tf.ids"), recorded.input("tf.labels"));
    }
    output("rope.freqs_cis", () -> network.callForOne(scope, "rotary_table"));
    if (recorded.settings().get("generation") instanceof Map<?, ?> runs) {
      for (Object run : runs.keySet()) {
        generate(String.valueOf(run), runs.keySet());
      }
    }
  }

  private void output(String name, Supplier<NDArray> found) {
    if (recorded.has(name)) {
      recorded.output(name, found.get());
    }
  }

  private Kernel tokens() {
    return model.part("tokenizer", KernelPart.class).kernel();
  }

  private void encode(NDArray images) {
    NDArray code = tokens().callForOne(scope, "code", images);
    NDArray ids = tokens().callForOne(scope, "quantise", code);
    output("tok.encoder_out", () -> tokens().callForOne(scope, "encoder", images));
    output("tok.z", () -> code);
    output("tok.idx", () -> ids);
    // Images may be of another size than those that the transformer makes.
    Shape map = code.getShape();
    NDArray codes = codes(ids.reshape(map.get(0), -1), (int) map.get(2));
    output("tok.quant", () -> codes);
    output("tok.rec", () -> pixels(codes));
  }

  /** Ids, [sample, slot], as a map of codes [sample, width, row, column]. */
  private NDArray codes(NDArray ids, int rows) {
    NDArray codes = tokens().callForOne(scope, "codes", ids);
    return tokens().callForOne(scope, "map", codes, rows);
  }

  private int decodedRows() {
    return recorded.has("tok.dec_quant")
        ? (int) recorded.recorded("tok.dec_quant").getShape().get(2)
        : rows();
  }

  private int rows() {
    return ((Grid) tokenizer.layout()).rows();
  }

  private NDArray pixels(NDArray codes) {
    return tokens().callForOne(scope, "pixels", codes);
  }

  /** As the official sampling script makes them. */
  private static NDArray levels(NDArray pixels) {
    return pixels.mul(127.5f).add(128).clip(0, 255).toType(DataType.INT64, false);
  }

  /** What temperature, top-k and top-p leave, by the guides themselves. */
  private void filter(NDArray logits) {
    Shape shape = logits.getShape();
    Step step = Step.settle(0, Slots.range(0, (int) shape.get(1)));
    NDArray states = scope.zeros(new Shape(shape.get(0), shape.get(1), backbone.width()));
    CategoricalDistribution any = (CategoricalDistribution) head.distribution(states, step);
    Canvas canvas =
        Canvas.blank(tokenizer.layout(), tokenizer.tokens(), Math.toIntExact(shape.get(0)));
    List<?> filters = (List<?>) recorded.settings().get("filter");
    for (int j = 0; j < filters.size(); j++) {
      List<?> filter = (List<?>) filters.get(j);
      Sampling sampling =
          new Sampling(1, -1, number(filter, 0), (int) number(filter, 1), number(filter, 2), true);
      Distribution filtered = any.withLogits(logits.expandDims(2));
      for (Guide guide : model.parts(null, LlamaGenFamily.guides(sampling)).guides()) {
        filtered = guide.apply(filtered, Map.of(), step, canvas);
      }
      NDArray left = ((CategoricalDistribution) filtered).logits();
      output("filter.probs." + j, () -> left.softmax(-1));
    }
  }

  private static double number(List<?> filter, int index) {
    return ((Number) filter.get(index)).doubleValue();
  }

  private void teach(NDArray ids, NDArray labels) {
    NDArray truth = ids.expandDims(2);
    NDArray condition = network.callForOne(scope, "by_label", labels);
    NDArray embedded = network.callForOne(scope, "embed", truth, condition);
    output("tf.embed", () -> embedded);
    NDArray states = embedded;
    for (int i = 0; recorded.has("tf.block." + i); i++) {
      states = network.callForOne(scope, "sequence_block", states, i, null);
      recorded.output("tf.block." + i, states);
    }
    List<Condition> conditions = RecordedRun.labels(labels);
    List<Condition> none = Collections.nCopies(conditions.size(), Condition.NONE);
    NDArray conditional = taught(truth, conditions);
    output("tf.logits_cond", () -> logits(conditional));
    output("tf.logits_uncond", () -> logits(taught(truth, none)));
    output("tf.loss", () -> head.loss(conditional, truth, null, noNumbers(none.size())));
  }

  private NDArray taught(NDArray truth, List<Condition> conditions) {
    return backbone.teach(new Lesson(truth, Exposure.OWN_ORDER, conditions, tokenizer, scope));
  }

  private NDArray logits(NDArray states) {
    return ((CategoricalDistribution) head.distribution(states, everySlot())).logits();
  }

  private Step everySlot() {
    return Step.settle(0, Slots.range(0, tokenizer.layout().slots()));
  }

  /** The loss of a categorical head draws none. */
  private StepRandom noNumbers(int samples) {
    return recorded.random(samples, (a, b, c, d, e) -> null).at(0, everySlot().slots(), scope);
  }

  private void generate(String run, Iterable<?> runs) {
    OfficialConfig settings =
        OfficialConfig.of(LlamaGenFamily.NAME, recorded.settings()).section("generation");
    Sampling sampling = Sampling.of(settings.section(run), recorded.has(run + ".exp_draws"));
    Loop.Parts parts = model.parts(null, LlamaGenFamily.guides(sampling));
    List<Condition> conditions = RecordedRun.labels(recorded.input(labels(run, runs)));
    RecordedRun found =
        sampling.drawn()
            ? RecordedRun.ofDraws(recorded, parts, conditions, recorded.input(run + ".exp_draws"))
            : RecordedRun.ofModes(recorded, parts, conditions);
    output(run + ".ids", found::ids);
    output(run + ".logits_cond", () -> found.logits(0));
    if (found.streams() > 1) {
      output(run + ".logits_uncond", () -> found.logits(1));
    }
    output(run + ".logits_guided", found::guided);
    output(run + ".image", () -> pixels(codes(found.ids(), rows())));
    output(run + ".image_u8", () -> levels(pixels(codes(found.ids(), rows()))));
  }

  /** Runs may share the labels of one of them. */
  private String labels(String run, Iterable<?> runs) {
    if (!recorded.has(run + ".labels")) {
      for (Object other : runs) {
        if (recorded.has(other + ".labels")) {
          return other + ".labels";
        }
      }
    }
    return run + ".labels";
  }
}
