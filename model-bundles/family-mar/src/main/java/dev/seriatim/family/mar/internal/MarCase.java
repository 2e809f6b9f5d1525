package dev.seriatim.family.mar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.kernels.ImageTensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A recorded case of MAR: parts on their own, then whole generations, then training. */
final class MarCase {
  private final RecordedCase recorded;
  private final OfficialConfig settings;
  private final NDManager scope;

  /** A model for each number of sampling steps, which is the head's. */
  private final Map<String, RecordedModel> models = new LinkedHashMap<>();

  private final RecordedModel model;
  private final Tokenizer tokenizer;
  private final Backbone backbone;

  MarCase(RecordedCase recorded) {
    this.recorded = recorded;
    this.settings = OfficialConfig.of(MarFamily.NAME, recorded.settings());
    this.scope = recorded.scope().manager();
    this.model = recorded.model(recorded.configuration(), recorded.checkpoints());
    this.tokenizer = model.part(ProvidesPart.TOKENIZER, Tokenizer.class);
    this.backbone = model.part(ProvidesPart.BACKBONE, Backbone.class);
  }

  void run() {
    ifRecorded("tok.image", this::encodeImage);
    ifRecorded("tok.dec_latents", this::decodeLatents);
    ifRecorded("patchify2.latents", this::patches);
    ifRecorded("mae.latents", this::transformer);
    new DiffusionCase(recorded, this).run();
    names("generation").forEach(run -> new GenerationCase(recorded, this, run).run());
    ifRecorded("train.latents", () -> new TrainingCase(recorded, this).run());
  }

  /** Runs what begins with an input, in a case that has it. */
  private void ifRecorded(String input, Runnable run) {
    if (recorded.has(input)) {
      run.run();
    }
  }

  /** The names of the runs of a kind that the case has tensors of. */
  List<String> names(String kind) {
    return recorded.settings().get(kind) instanceof Map<?, ?> runs
        ? runs.keySet().stream().map(String::valueOf).filter(this::hasRun).toList()
        : List.of();
  }

  private boolean hasRun(String run) {
    return recorded.tensors().stream().anyMatch(name -> name.startsWith(run + "."));
  }

  OfficialConfig settings() {
    return settings;
  }

  /** The network's own settings. */
  OfficialConfig official() {
    return MarNetwork.own(OfficialConfig.of(MarFamily.NAME, recorded.configuration()));
  }

  RecordedModel model() {
    return model;
  }

  /** The model with other sampling steps in the head. */
  RecordedModel sampling(String steps) {
    return models.computeIfAbsent(
        steps,
        key ->
            recorded.model(
                MarNetwork.sampling(recorded.configuration(), steps), recorded.checkpoints()));
  }

  Kernel kernel(String kind) {
    return model.part(kind, KernelPart.class).kernel();
  }

  private void encodeImage() {
    Kernel kernel = kernel(ProvidesPart.TOKENIZER);
    NDArray moments = kernel.callForOne(scope, "moments", recorded.input("tok.image"));
    NDList halves = moments.split(2, 1);
    NDArray latents = kernel.callForOne(scope, "posterior", moments, recorded.input("tok.noise"));
    recorded.output("tok.moments", moments);
    recorded.output("tok.mean", halves.get(0));
    recorded.output("tok.logvar", halves.get(1).clip(-30, 20));
    recorded.output("tok.latents", latents);
    recorded.output("tok.rec", kernel.callForOne(scope, "pixels", latents));
  }

  private void decodeLatents() {
    Kernel kernel = kernel(ProvidesPart.TOKENIZER);
    NDArray given = recorded.input("tok.dec_latents");
    recorded.output("tok.dec_image", kernel.callForOne(scope, "pixels", given));
    Images images = (Images) tokenizer.decode(canvas(tokens(given)), scope);
    NDArray levels = ImageTensors.upload(images, scope).mul(255).round();
    recorded.output("tok.dec_image_u8", levels.toType(DataType.INT64, false));
  }

  private void patches() {
    Kernel kernel = kernel(ProvidesPart.TOKENIZER);
    NDArray latents = recorded.input("patchify2.latents");
    NDArray tokens = kernel.callForOne(scope, "patchify", latents, 2);
    recorded.output("patchify2.tokens", tokens);
    long rows = latents.getShape().get(2) / 2;
    recorded.output("patchify2.back", kernel.callForOne(scope, "unpatchify", tokens, 2, rows));
  }

  private void transformer() {
    Kernel kernel = kernel(ProvidesPart.BACKBONE);
    NDArray tokens = tokens(recorded.input("mae.latents"));
    NDArray levels = recorded.input("mae.mask").neg().add(1);
    NDArray labels = recorded.input("mae.labels");
    NDArray none = labels.mul(0).add(model.descriptor().conditions().labels().size());
    recorded.output("mae.tokens", tokens);
    NDArray settled = levels.gt(0.5);
    recorded.output("mae.enc_cond", kernel.callForOne(scope, "encoded", tokens, settled, labels));
    recorded.output("mae.enc_uncond", kernel.callForOne(scope, "encoded", tokens, settled, none));
    Exposure exposure = new Exposure(levels, null);
    List<Condition> conditions = labels(labels);
    recorded.output("mae.z_cond", teach(tokens, exposure, conditions));
    List<Condition> nothing = conditions.stream().map(label -> Condition.NONE).toList();
    recorded.output("mae.z_uncond", teach(tokens, exposure, nothing));
  }

  NDArray teach(NDArray tokens, Exposure exposure, List<Condition> conditions) {
    return backbone.teach(new Lesson(tokens, exposure, conditions, tokenizer, scope));
  }

  /** [sample, channel, row, column] to [sample, slot, width]. */
  NDArray tokens(NDArray latents) {
    return kernel(ProvidesPart.TOKENIZER).callForOne(scope, "patchify", latents, patch());
  }

  /** [sample, slot, width] to [sample, channel, row, column]. */
  NDArray latents(NDArray tokens) {
    int rows = ((Grid) tokenizer.layout()).rows();
    return kernel(ProvidesPart.TOKENIZER).callForOne(scope, "unpatchify", tokens, patch(), rows);
  }

  private int patch() {
    Object patch = model.descriptor().parts().get(ProvidesPart.TOKENIZER).config().get("patch");
    return ((Number) patch).intValue();
  }

  private Canvas canvas(NDArray tokens) {
    return Canvas.ofVectors(
        tokenizer.layout(),
        (TokenSpace.Continuous) tokenizer.tokens(),
        (int) tokens.getShape().get(0),
        tokens.toFloatArray());
  }

  static List<Condition> labels(NDArray labels) {
    return Arrays.stream(labels.toLongArray())
        .<Condition>mapToObj(label -> new Condition.Label((int) label))
        .toList();
  }

  /**
   * Uniform numbers whose ranking is an order of slots.
   *
   * @param orders int64 [sample, place]
   * @return float32 [sample, slot, 1]
   */
  static NDArray ranks(NDArray orders) {
    long slots = orders.getShape().get(1);
    NDArray places = orders.argSort(1).toType(DataType.FLOAT32, false);
    return places.add(0.5).div(slots).expandDims(2);
  }
}
