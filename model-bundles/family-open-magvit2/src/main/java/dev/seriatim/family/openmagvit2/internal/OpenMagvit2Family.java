package dev.seriatim.family.openmagvit2.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Component;

/**
 * Open-MAGVIT2 (Luo et al., "Open-MAGVIT2: an open-source project toward democratizing
 * auto-regressive visual generation", 2024): a tokenizer alone.
 *
 * <p>The configuration is that of the official tokenizer's class, or the whole official file, in
 * which it is {@code model.init_args}. With {@code use_ema} the averaged weights are read, which
 * the official code evaluates with, otherwise those that were trained.
 */
@Component(service = Family.class, property = Family.ID + "=" + OpenMagvit2Family.NAME)
public final class OpenMagvit2Family implements Family {
  static final String NAME = "open-magvit2";

  private static final String FILE = "tokenizer.safetensors";
  private static final String PREFIX = "tokenizer.";
  private static final String TENSOR = "encoder.conv_in.weight";
  private static final String AVERAGED = "model_ema.";

  /** Keys that matter to training alone. */
  private static final List<String> OF_TRAINING =
      List.of(
          "lossconfig",
          "sample_minimization_weight",
          "batch_maximization_weight",
          "ckpt_path",
          "ignore_keys",
          "image_key",
          "monitor",
          "learning_rate",
          "resume_lr",
          "warmup_epochs",
          "scheduler_type",
          "min_learning_rate",
          "stage",
          "lr_drop_epoch",
          "lr_drop_iter",
          "lr_drop_rate",
          "max_iter",
          "sche_type",
          "use_shared_epoch",
          "wp",
          "wp0",
          "wp_iter",
          "wpe");

  /** The classes of the official code that are this tokenizer; that of videos is not. */
  private static final List<String> CLASSES =
      List.of("models.lfqgan.VQModel", "models.lfqgan_pretrain.VQModel");

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig whole = OfficialConfig.of(NAME, configuration);
    OfficialConfig model = tokenizer(whole);
    KeyMap keys = keys(model, checkpoints);
    PartReference part = part(whole, model, model.section("ddconfig"));
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images as grids of binary codes",
            "Apache-2.0",
            ConditionSpace.NONE,
            Map.of("tokenizer", part),
            List.of(),
            Map.of()));
  }

  private static PartReference part(
      OfficialConfig whole, OfficialConfig model, OfficialConfig network) {
    Map<String, Object> part = new LinkedHashMap<>();
    int side = side(whole, network.integer("resolution"));
    int bits = network.integer("z_channels");
    part.put("height", side);
    part.put("width", side);
    part.put("image-channels", network.integer("in_channels"));
    part.put("bits", bits);
    List<Integer> split = model.integers("factorized_bits", List.of(9, 9));
    if (model.flag("token_factorization", false)) {
      part.put("sub-tokens", split);
    }
    part.put("channels", channels(network));
    part.put("stem", network.integer("ch"));
    part.put("blocks", network.integer("num_res_blocks"));
    part.put("groups", 32);
    network.only("out_ch", network.integer("in_channels"));
    network.only("double_z", false);
    // The code is what the encoder gives: no published model projects it to another width.
    model.only("embed_dim", bits);
    model.only("n_embed", 1L << bits);
    for (String key : network.unread()) {
      throw network.refuse(key, "no such key", "a setting that is not served");
    }
    for (String key : model.unread()) {
      if (!OF_TRAINING.contains(key) && model.has(key)) {
        throw model.refuse(key, "no such key", "a setting that is not served");
      }
    }
    return new PartReference("lfq.grid", "[1.0,2)", part, FILE, PREFIX);
  }

  private static List<Integer> channels(OfficialConfig network) {
    int stem = network.integer("ch");
    return network.integers("ch_mult", List.of(1, 2, 2, 4)).stream().map(n -> n * stem).toList();
  }

  /** Averaged weights are stored by the names of those that were trained, the dots left out. */
  private static KeyMap keys(OfficialConfig model, List<Checkpoint> checkpoints) {
    boolean averaged = model.flag("use_ema", false);
    UnaryOperator<String> stored =
        averaged ? name -> AVERAGED + name.replace(".", "") : UnaryOperator.identity();
    StateDict state = StateDict.require(NAME, checkpoints, stored.apply(TENSOR), "state_dict.", "");
    OfficialConfig network = model.section("ddconfig");
    KeyMap keys = new KeyMap().from(state);
    new OpenMagvit2Keys(keys, stored, PREFIX)
        .map(network.integer("ch"), channels(network), network.integer("num_res_blocks"));
    keys.ignore("loss.{*}", "quantize.{*}", "model_ema.loss{*}", "model_ema.quantize{*}");
    keys.ignore("model_ema.decay", "model_ema.num_updates");
    keys.ignore(averaged ? "encoder.{*}" : "model_ema.encoder{*}");
    keys.ignore(averaged ? "decoder.{*}" : "model_ema.decoder{*}");
    return keys.from(state.whole()).ignore("optimizer_states.{*}", "callbacks.{*}", "loops.{*}");
  }

  private static OfficialConfig tokenizer(OfficialConfig whole) {
    if (!whole.has("model.init_args")) {
      return whole;
    }
    String name = whole.text("model.class_path", CLASSES.get(0));
    if (CLASSES.stream().noneMatch(name::endsWith)) {
      throw whole.refuse("model.class_path", "a tokenizer of images, " + CLASSES, name);
    }
    return whole.section("model.init_args");
  }

  /** The network takes any size; that of the data counts where the whole file is given. */
  private static int side(OfficialConfig whole, int resolution) {
    return whole.integer("data.init_args.validation.params.config.size", resolution);
  }

  @Override
  public void verify(RecordedCase recorded) {
    for (Checkpoint checkpoint : recorded.checkpoints()) {
      new OpenMagvit2Case(recorded, averaged -> model(recorded, checkpoint, averaged)).run();
    }
  }

  private static RecordedModel model(
      RecordedCase recorded, Checkpoint checkpoint, boolean averaged) {
    return recorded.model(withAverage(recorded.configuration(), averaged), List.of(checkpoint));
  }

  /** A configuration that reads the averaged weights, or those that were trained. */
  private static Map<String, Object> withAverage(
      Map<String, Object> configuration, boolean averaged) {
    Map<String, Object> changed = new HashMap<>(configuration);
    if (configuration.get("model") instanceof Map<?, ?> section
        && section.get("init_args") instanceof Map<?, ?> arguments) {
      Map<Object, Object> inner = new HashMap<>(arguments);
      inner.put("use_ema", averaged);
      Map<Object, Object> outer = new HashMap<>(section);
      outer.put("init_args", inner);
      changed.put("model", outer);
    } else {
      changed.put("use_ema", averaged);
    }
    return changed;
  }
}
