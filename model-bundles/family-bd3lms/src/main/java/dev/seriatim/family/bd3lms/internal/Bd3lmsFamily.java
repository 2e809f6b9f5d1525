package dev.seriatim.family.bd3lms.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.importing.TextIds;
import dev.seriatim.importing.TextTokenizers;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * BD3-LM (Arriola et al., "Block diffusion: interpolating between autoregressive and diffusion
 * language models", 2025), as the authors publish it in the layout of Hugging Face. The mask is the
 * last id of the vocabulary, and a sequence begins with the one before it: the end of a text in
 * GPT-2's vocabulary.
 */
@Component(service = Family.class, property = Family.ID + "=" + Bd3lmsFamily.NAME)
public final class Bd3lmsFamily implements Family {
  static final String NAME = "bd3lms";

  private static final String NETWORK = "backbone.";

  /** A tensor by which the network is known. */
  private static final String TENSOR = NETWORK + "vocab_embed.embedding";

  private static final String FILE = "model.safetensors";
  private static final String BACKBONE = ProvidesPart.BACKBONE + ".";
  private static final String HEAD = ProvidesPart.HEAD + ".";

  /** Keys that say nothing of the mathematics of generation. */
  private static final List<String> BESIDE =
      List.of(
          "_name_or_path",
          "architectures",
          "attn_backend",
          "auto_map",
          "dropout",
          "dtype",
          "return_dict",
          "torch_dtype",
          "transformers_version",
          "var_min");

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    StateDict state = StateDict.require(NAME, checkpoints, TENSOR);
    KeyMap keys = map(state);
    int vocabulary = config.integer("vocab_size");
    long begin = config.integer("bos_token_id", vocabulary - 2);
    TextIds ids =
        TextIds.of(config, vocabulary, config.integer("model_length")).withBegin(List.of(begin));
    PartReference backbone =
        new PartReference("bd3lm", "[1.0,2)", backbone(config, state), FILE, BACKBONE);
    PartReference head =
        new PartReference(
            "categorical",
            "[1.2,2)",
            Map.of("draw", "exponential-race", "mask-id", vocabulary - 1),
            FILE,
            HEAD);
    Sampling sampling = Sampling.of(config);
    PartReference tokenizer = TextTokenizers.among(checkpoints, ids, keys);
    refuseOthers(config);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Texts, block after block",
            "Apache-2.0",
            new ConditionSpace(List.of(), true),
            Map.of(
                ProvidesPart.TOKENIZER, tokenizer,
                ProvidesPart.BACKBONE, backbone,
                ProvidesPart.HEAD, head,
                ProvidesPart.SCHEDULER, sampling.scheduler()),
            sampling.guides(),
            Map.of()));
  }

  private static Map<String, Object> backbone(OfficialConfig config, StateDict state) {
    return Map.of(
        "layers", config.integer("n_blocks"),
        "heads", config.integer("n_heads"),
        "width", config.integer("hidden_dim"),
        "mlp-width", state.size(NETWORK + "blocks.0.mlp.0.weight", 0),
        "condition-width", config.integer("cond_dim"),
        "block-size", blockSize(config),
        "mask-id", config.integer("vocab_size") - 1,
        "time-conditioning", config.flag("time_conditioning", false),
        "frequency-width", state.size(NETWORK + "sigma_map.mlp.0.weight", 1));
  }

  /** Without attention to clean blocks, there is but one block. */
  private static int blockSize(OfficialConfig config) {
    int size = config.integer("block_size");
    if (!config.flag("cross_attn", true) && size != config.integer("model_length")) {
      throw config.refuse("cross_attn", "true where block_size is below model_length", false);
    }
    return size;
  }

  private static KeyMap map(StateDict state) {
    String block = NETWORK + "blocks.{i}.";
    KeyMap keys =
        new KeyMap()
            .from(state)
            .map(TENSOR, BACKBONE + "embedding")
            .map(block + "norm1.weight", BACKBONE + "norm1_w.{i}")
            .map(block + "attn_qkv.weight", BACKBONE + "qkv_w.{i}")
            .map(block + "attn_out.weight", BACKBONE + "proj_w.{i}")
            .map(block + "norm2.weight", BACKBONE + "norm2_w.{i}")
            .map(NETWORK + "output_layer.norm_final.weight", BACKBONE + "norm_w")
            // Positions and the range of training's times, which are configured.
            .ignore(
                NETWORK + "rotary_emb.inv_freq",
                "sampling_eps_min",
                "sampling_eps_max",
                NETWORK + "block_diff_mask");
    for (String kind : List.of("weight", "bias")) {
      String suffix = "_" + kind.charAt(0);
      keys.map(NETWORK + "sigma_map.mlp.0." + kind, BACKBONE + "noise1" + suffix)
          .map(NETWORK + "sigma_map.mlp.2." + kind, BACKBONE + "noise2" + suffix)
          .map(block + "mlp.0." + kind, BACKBONE + "fc" + suffix + ".{i}")
          .map(block + "mlp.2." + kind, BACKBONE + "out" + suffix + ".{i}")
          .map(block + "adaLN_modulation." + kind, BACKBONE + "adaln" + suffix + ".{i}")
          .map(NETWORK + "output_layer.adaLN_modulation." + kind, BACKBONE + "final" + suffix)
          .map(NETWORK + "output_layer.linear." + kind, HEAD + kind);
    }
    return keys;
  }

  private static void refuseOthers(OfficialConfig config) {
    config.only("model_type", "bd3lm");
    config.only("adaln", true);
    config.only("causal", false);
    for (String key : config.unread()) {
      if (!BESIDE.contains(key)) {
        throw config.refuse(key, "no such key", "a setting that is not served");
      }
    }
  }

  @Override
  public void verify(RecordedCase recorded) {
    Bd3lmsCase.verify(recorded);
  }
}
