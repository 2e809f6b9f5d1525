package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.importing.TextIds;
import dev.seriatim.importing.TextTokenizers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * LLaDA (Nie et al., "Large language diffusion models", 2025): the transformer of LLaMA without a
 * causal mask, in the layout of the published {@code LLaDAModelLM}. The configuration is the
 * official {@code config.json}.
 */
@Component(service = Family.class, property = Family.ID + "=" + LladaFamily.NAME)
public final class LladaFamily implements Family {
  static final String NAME = "llada";

  private static final String TENSOR = "transformer.wte.weight";
  private static final String HEAD = "transformer.ff_out.weight";
  private static final String FILE = "model.safetensors";

  /** What ends a text, and a turn of a talk, in the published vocabulary. */
  private static final int END = 126081;

  private static final int END_OF_TURN = 126348;

  /** Keys that say nothing of the mathematics of generation. */
  private static final List<String> BESIDE =
      List.of(
          "_name_or_path",
          "architectures",
          "attention_dropout",
          "auto_map",
          "embedding_dropout",
          "flash_attention",
          "init_cutoff_factor",
          "init_device",
          "init_fn",
          "init_std",
          "model_type",
          "pad_token_id",
          "precision",
          "residual_dropout",
          "rope_full_precision",
          "torch_dtype",
          "transformers_version",
          "use_cache");

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    StateDict state = StateDict.require(NAME, checkpoints, TENSOR);
    int vocabulary = state.size(TENSOR, 0);
    config.only(config.has("embedding_size") ? "embedding_size" : "vocab_size", vocabulary);
    int context = config.integer("max_sequence_length");
    boolean tied = config.flag("weight_tying", false);
    boolean biases = config.flag("include_qkv_bias", false);
    KeyMap keys = map(state, tied, biases);
    TextIds ids = TextIds.of(config, vocabulary, context);
    PartReference tokenizer = TextTokenizers.among(checkpoints, ids, keys);
    PartReference backbone =
        new PartReference("llama", "[1.0,2)", backbone(config, biases), FILE, "backbone.");
    PartReference head =
        new PartReference(
            "categorical",
            "[1.1,2)",
            Map.of("bias", false, "draw", "exponential-race"),
            FILE,
            "head.");
    refuseOthers(config);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Texts that are unmasked by confidence",
            "MIT",
            new ConditionSpace(List.of(), true),
            Map.of(
                "tokenizer", tokenizer,
                "backbone", backbone,
                "head", head,
                "scheduler",
                    PartReference.of("masked.blocks", "[1.0,2)", Map.of("temperature", 0))),
            List.of(),
            Map.of()));
  }

  private static Map<String, Object> backbone(OfficialConfig config, boolean biases) {
    int width = config.integer("d_model");
    int heads = config.integer("n_heads");
    boolean shared = config.flag("multi_query_attention", false);
    int keyHeads = config.integer("n_kv_heads", shared ? 1 : heads);
    if (shared && keyHeads != 1) {
      throw config.refuse("n_kv_heads", "1, as multi_query_attention says", keyHeads);
    }
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", config.integer("n_layers"));
    part.put("heads", heads);
    part.put("key-heads", keyHeads);
    part.put("width", width);
    int ratio = config.integer("mlp_ratio", 4);
    part.put("mlp-width", config.integer("mlp_hidden_size", ratio * width));
    part.put("norm-eps", config.number("rms_norm_eps", 1e-5));
    part.put("qkv-bias", biases);
    part.put("attention", "full");
    part.put("mask", config.integer("mask_token_id"));
    part.put("rotary", Map.of("pairs", "halves", "base", config.number("rope_theta", 10000)));
    return part;
  }

  private static KeyMap map(StateDict state, boolean tied, boolean biases) {
    String block = "transformer.blocks.{i}.";
    KeyMap keys =
        new KeyMap()
            .from(state)
            .map(TENSOR, "backbone.token")
            .map(block + "attn_norm.weight", "backbone.attn_norm.{i}")
            .join(projections(block, "weight"), "backbone.qkv.{i}")
            .map(block + "attn_out.weight", "backbone.proj.{i}")
            .map(block + "ff_norm.weight", "backbone.mlp_norm.{i}")
            .map(block + "ff_proj.weight", "backbone.gate.{i}")
            .map(block + "up_proj.weight", "backbone.up.{i}")
            .map(block + "ff_out.weight", "backbone.down.{i}")
            .map("transformer.ln_f.weight", "backbone.norm_w")
            .map(tied ? TENSOR : HEAD, "head.weight");
    return biases ? keys.join(projections(block, "bias"), "backbone.qkv_b.{i}") : keys;
  }

  private static List<String> projections(String block, String kind) {
    return List.of(block + "q_proj." + kind, block + "k_proj." + kind, block + "v_proj." + kind);
  }

  private static void refuseOthers(OfficialConfig config) {
    config.only("activation_type", "silu");
    config.only("alibi", false);
    config.number("alibi_bias_max", 8);
    config.only("attention_layer_norm", false);
    config.flag("attention_layer_norm_with_affine", true);
    config.only("bias_for_layer_norm", false);
    config.only("block_group_size", 1);
    config.only("block_type", "llama");
    config.only("include_bias", false);
    config.only("input_emb_norm", false);
    config.only("layer_norm_type", "rms");
    config.only("layer_norm_with_affine", true);
    config.only("rope", true);
    config.only("scale_logits", false);
    config.integer("vocab_size", 0);
    for (String key : config.unread()) {
      if (!BESIDE.contains(key)) {
        throw config.refuse(key, "no such key", "a setting that is not served");
      }
    }
  }

  @Override
  public void verify(RecordedCase recorded) {
    new MaskedTextCase(NAME, recorded)
        .verify(
            (settings, values) ->
                LladaArguments.read(
                    values,
                    settings.integer("eos_id", END),
                    settings.integer("eot_id", END_OF_TURN)));
  }
}
