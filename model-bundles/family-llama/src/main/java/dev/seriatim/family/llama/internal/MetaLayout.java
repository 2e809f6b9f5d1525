package dev.seriatim.family.llama.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.importing.TextIds;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layout in which Meta publishes LLaMA: {@code params.json}, and {@code consolidated.00.pth}
 * and on, one file for each device that the model ran on. Layers that were split by their outputs
 * are joined along the first axis, those that were split by their inputs along the second; norms
 * are in every file.
 */
final class MetaLayout {
  private static final String TENSOR = "tok_embeddings.weight";

  /** What every file has a copy of. */
  private static final String[] COPIED = {
    "layers.{i}.attention_norm.weight", "layers.{i}.ffn_norm.weight", "norm.weight"
  };

  private final OfficialConfig config;
  private final List<StateDict> shards;

  private MetaLayout(OfficialConfig config, List<StateDict> shards) {
    this.config = config;
    this.shards = shards;
  }

  /** The model among checkpoints. */
  static Decoder read(OfficialConfig config, List<Checkpoint> checkpoints) {
    StateDict.require(LlamaFamily.NAME, checkpoints, TENSOR);
    Comparator<StateDict> byName =
        Comparator.comparing(shard -> checkpoints.get(shard.checkpoint()).path().toString());
    MetaLayout layout =
        new MetaLayout(config, StateDict.all(checkpoints, TENSOR).stream().sorted(byName).toList());
    Map<String, Object> backbone = layout.backbone();
    int context = config.integer("max_seq_len", 2048);
    TextIds ids = new TextIds(layout.vocabulary(), context, null, List.of());
    config.integer("max_batch_size", 1);
    for (String key : config.unread()) {
      throw config.refuse(key, "no such key", "a setting that is not served");
    }
    return new Decoder(backbone, ids, layout.map());
  }

  /** Whether the table of tokens was split by ids (LLaMA 3), not by width. */
  private boolean splitsVocabulary() {
    return shards.get(0).size(TENSOR, 1) == config.integer("dim");
  }

  private int vocabulary() {
    int rows = shards.get(0).size(TENSOR, 0);
    if (splitsVocabulary()) {
      rows = shards.stream().mapToInt(shard -> shard.size(TENSOR, 0)).sum();
    }
    int stated = config.integer("vocab_size", -1);
    if (stated != -1 && stated != rows) {
      throw config.refuse("vocab_size", "-1, or " + rows + " as the tensors have it", stated);
    }
    return rows;
  }

  private Map<String, Object> backbone() {
    int width = config.integer("dim");
    int heads = config.integer("n_heads");
    int keyHeads = config.integer("n_kv_heads", heads);
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", config.integer("n_layers"));
    part.put("heads", heads);
    part.put("key-heads", keyHeads == heads ? 0 : keyHeads);
    part.put("width", width);
    part.put("mlp-width", mlpWidth(width));
    part.put("norm-eps", config.number("norm_eps", 1e-5));
    part.put("rotary", rotary());
    return part;
  }

  /** Two thirds of four times the width, times a multiplier, rounded up. */
  private int mlpWidth(int width) {
    int multiple = config.integer("multiple_of", 256);
    if (multiple < 1) {
      throw config.refuse("multiple_of", "at least 1", multiple);
    }
    int wide = (int) (config.number("ffn_dim_multiplier", 1) * (8 * width / 3));
    int rounded = (wide + multiple - 1) / multiple * multiple;
    config.only("hidden_dim", rounded);
    return rounded;
  }

  private Map<String, Object> rotary() {
    Map<String, Object> rotary = new LinkedHashMap<>();
    rotary.put("pairs", "neighbours");
    rotary.put("base", config.number("rope_theta", 10000));
    if (config.flag("use_scaled_rope", false)) {
      // The official code fixes what the configuration does not say.
      rotary.put("scaling", "wavelength");
      rotary.put("factor", config.number("rope_scaling_factor", 8));
      rotary.put("slow", 1);
      rotary.put("fast", config.number("high_freq_factor", 4));
      rotary.put("context", 8192);
    }
    return rotary;
  }

  private KeyMap map() {
    String backbone = Decoder.BACKBONE;
    String layer = "layers.{i}.";
    String attention = layer + "attention.";
    String mlp = layer + "feed_forward.";
    int table = splitsVocabulary() ? 0 : 1;
    KeyMap keys = new KeyMap();
    for (StateDict shard : shards) {
      keys.from(shard).ignore("rope.freqs").ignore(COPIED);
    }
    return keys.from(shards.get(0))
        .map(layer + "attention_norm.weight", backbone + "attn_norm.{i}")
        .map(layer + "ffn_norm.weight", backbone + "mlp_norm.{i}")
        .map("norm.weight", backbone + "norm_w")
        .join(shards, List.of(TENSOR), table, backbone + "token")
        .join(
            shards,
            List.of(attention + "wq.weight", attention + "wk.weight", attention + "wv.weight"),
            0,
            backbone + "qkv.{i}")
        .join(shards, List.of(attention + "wo.weight"), 1, backbone + "proj.{i}")
        .join(shards, List.of(mlp + "w1.weight"), 0, backbone + "gate.{i}")
        .join(shards, List.of(mlp + "w3.weight"), 0, backbone + "up.{i}")
        .join(shards, List.of(mlp + "w2.weight"), 1, backbone + "down.{i}")
        .join(shards, List.of("output.weight"), 0, Decoder.HEAD + "weight");
  }
}
