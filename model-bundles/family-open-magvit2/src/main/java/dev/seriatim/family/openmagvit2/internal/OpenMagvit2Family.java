package dev.seriatim.family.openmagvit2.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.HashMap;
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
          "lr_drop_rate");

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig whole = OfficialConfig.of(NAME, configuration);
    OfficialConfig model = whole.has("model.init_args") ? whole.section("model.init_args") : whole;
    OfficialConfig network = model.section("ddconfig");
    boolean averaged = model.flag("use_ema", false);
    UnaryOperator<String> stored =
        averaged ? name -> AVERAGED + name.replace(".", "") : UnaryOperator.identity();
    StateDict state = StateDict.require(NAME, checkpoints, stored.apply(TENSOR), "state_dict.", "");

    int stem = network.integer("ch");
    List<Integer> channels =
        network.integers("ch_mult", List.of(1, 2, 2, 4)).stream().map(n -> n * stem).toList();
    int blocks = network.integer("num_res_blocks");
    KeyMap keys = new KeyMap().from(state);
    new OpenMagvit2Keys(keys, stored, PREFIX).map(stem, channels, blocks);
    keys.ignore("loss.{*}", "quantize.{*}", "model_ema.loss{*}", "model_ema.quantize{*}");
    keys.ignore("model_ema.decay", "model_ema.num_updates");
    if (averaged) {
      keys.ignore("encoder.{*}", "decoder.{*}");
    } else {
      keys.ignore("model_ema.encoder{*}", "model_ema.decoder{*}");
    }

    Map<String, Object> part = new HashMap<>();
    int side = side(whole, network.integer("resolution"));
    part.put("height", side);
    part.put("width", side);
    part.put("image-channels", network.integer("in_channels"));
    network.only("out_ch", network.integer("in_channels"));
    network.only("double_z", false);
    int bits = network.integer("z_channels");
    part.put("bits", bits);
    if (model.flag("token_factorization", false)) {
      part.put("sub-tokens", model.integers("factorized_bits", List.of(9, 9)));
    }
    part.put("channels", channels);
    part.put("stem", stem);
    part.put("blocks", blocks);
    part.put("groups", 32);
    // The code is what the encoder gives: the official projections to another width never occur.
    model.only("embed_dim", bits);
    model.only("n_embed", 1L << bits);
    refuseOthers(model, network);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images as grids of binary codes",
            "Apache-2.0",
            ConditionSpace.NONE,
            Map.of("tokenizer", new PartReference("lfq.grid", "[1.0,2)", part, FILE, PREFIX)),
            List.of(),
            Map.of()));
  }

  /** The network takes any size; that of the data counts where the whole file is given. */
  private static int side(OfficialConfig whole, int resolution) {
    return whole.integer("data.init_args.validation.params.config.size", resolution);
  }

  private static void refuseOthers(OfficialConfig model, OfficialConfig network) {
    model.flag("token_factorization", false);
    model.integers("factorized_bits", List.of());
    for (String key : model.unread()) {
      if (!OF_TRAINING.contains(key) && model.has(key)) {
        throw model.refuse(key, "no such key", "a setting that is not served");
      }
    }
    for (String key : network.unread()) {
      throw network.refuse(key, "no such key", "a setting that is not served");
    }
  }

  @Override
  public void verify(RecordedCase recorded) {
    new OpenMagvit2Case(recorded, this::withAverage).run();
  }

  /** A configuration that reads the averaged weights, or those that were trained. */
  private Map<String, Object> withAverage(Map<String, Object> configuration, boolean averaged) {
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
