package dev.seriatim.family.llama.internal;

import dev.seriatim.api.part.PartFactory;
import dev.seriatim.backbone.llama.internal.LlamaFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.guides.internal.TopPFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors of published decoders, by the sizes that their configurations state. */
final class Layouts {
  static final Map<String, PartFactory<?, ?>> FACTORIES =
      Map.of(
          "ids", new IdsFactory(),
          "llama", new LlamaFactory(),
          "categorical", new CategoricalHeadFactory(),
          "raster", new RasterFactory(),
          "temperature", new TemperatureFactory(),
          "top-p", new TopPFactory());

  private Layouts() {}

  /** A configuration with changes. */
  static Map<String, Object> with(Map<String, ?> config, Map<String, ?> changes) {
    Map<String, Object> changed = new LinkedHashMap<>(config);
    changed.putAll(changes);
    return changed;
  }

  /** The files of Meta's layout. */
  static List<CheckpointLayout> meta(
      Map<String, ?> params, int mlpWidth, int vocabulary, int shards, boolean splitsVocabulary) {
    int width = (Integer) params.get("dim");
    int heads = (Integer) params.get("n_heads");
    int keyHeads = params.containsKey("n_kv_heads") ? (Integer) params.get("n_kv_heads") : heads;
    int keys = width / heads * keyHeads;
    List<CheckpointLayout> files = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      CheckpointLayout file = new CheckpointLayout();
      if (splitsVocabulary) {
        file.with("tok_embeddings.weight", vocabulary / shards, width);
      } else {
        file.with("tok_embeddings.weight", vocabulary, width / shards);
      }
      file.with("norm.weight", width)
          .with("output.weight", vocabulary / shards, width)
          .with("rope.freqs", width / heads / 2);
      for (int i = 0; i < (Integer) params.get("n_layers"); i++) {
        String layer = "layers." + i + ".";
        file.with(layer + "attention.wq.weight", width / shards, width)
            .with(layer + "attention.wk.weight", keys / shards, width)
            .with(layer + "attention.wv.weight", keys / shards, width)
            .with(layer + "attention.wo.weight", width, width / shards)
            .with(layer + "feed_forward.w1.weight", mlpWidth / shards, width)
            .with(layer + "feed_forward.w2.weight", width, mlpWidth / shards)
            .with(layer + "feed_forward.w3.weight", mlpWidth / shards, width)
            .with(layer + "attention_norm.weight", width)
            .with(layer + "ffn_norm.weight", width);
      }
      files.add(file);
    }
    return files;
  }

  /** The layout of Hugging Face. */
  static CheckpointLayout huggingFace(Map<String, ?> config) {
    int width = (Integer) config.get("hidden_size");
    int mlp = (Integer) config.get("intermediate_size");
    int heads = (Integer) config.get("num_attention_heads");
    int headWidth = config.get("head_dim") instanceof Integer stated ? stated : width / heads;
    int queries = heads * headWidth;
    int keys = (Integer) config.get("num_key_value_heads") * headWidth;
    int vocabulary = (Integer) config.get("vocab_size");
    CheckpointLayout layout =
        new CheckpointLayout()
            .with("model.embed_tokens.weight", vocabulary, width)
            .with("model.norm.weight", width);
    for (int i = 0; i < (Integer) config.get("num_hidden_layers"); i++) {
      String layer = "model.layers." + i + ".";
      layout
          .with(layer + "input_layernorm.weight", width)
          .with(layer + "self_attn.q_proj.weight", queries, width)
          .with(layer + "self_attn.k_proj.weight", keys, width)
          .with(layer + "self_attn.v_proj.weight", keys, width)
          .with(layer + "self_attn.o_proj.weight", width, queries)
          .with(layer + "post_attention_layernorm.weight", width)
          .with(layer + "mlp.gate_proj.weight", mlp, width)
          .with(layer + "mlp.up_proj.weight", mlp, width)
          .with(layer + "mlp.down_proj.weight", width, mlp);
      if (config.get("model_type").equals("qwen2")) {
        layout
            .with(layer + "self_attn.q_proj.bias", queries)
            .with(layer + "self_attn.k_proj.bias", keys)
            .with(layer + "self_attn.v_proj.bias", keys);
      }
      if (config.get("model_type").equals("qwen3")) {
        layout
            .with(layer + "self_attn.q_norm.weight", headWidth)
            .with(layer + "self_attn.k_norm.weight", headWidth);
      }
    }
    if (!Boolean.TRUE.equals(config.get("tie_word_embeddings"))) {
      layout.with("lm_head.weight", vocabulary, width);
    }
    return layout;
  }

  /** A configuration in the layout of Hugging Face. */
  static Map<String, Object> config(
      String type,
      int width,
      int layers,
      int heads,
      int keyHeads,
      int mlpWidth,
      int vocabulary,
      boolean tied) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("ForCausalLM"));
    config.put("attention_dropout", 0.0);
    config.put("bos_token_id", 1);
    config.put("eos_token_id", 2);
    config.put("hidden_act", "silu");
    config.put("hidden_size", width);
    config.put("initializer_range", 0.02);
    config.put("intermediate_size", mlpWidth);
    config.put("max_position_embeddings", 4096);
    config.put("model_type", type);
    config.put("num_attention_heads", heads);
    config.put("num_hidden_layers", layers);
    config.put("num_key_value_heads", keyHeads);
    config.put("rms_norm_eps", 1e-5);
    config.put("rope_scaling", null);
    config.put("tie_word_embeddings", tied);
    config.put("torch_dtype", "bfloat16");
    config.put("transformers_version", "4.40.0");
    config.put("use_cache", true);
    config.put("vocab_size", vocabulary);
    return config;
  }
}
