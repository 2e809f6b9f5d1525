package dev.seriatim.family.llamagen;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * LlamaGen's transformer in a checkpoint: its sizes by the shapes of its tensors, its configuration
 * by the names of the official {@code ModelArgs}, which must agree with the tensors. What shapes do
 * not show has the official default: {@code block_size} 256, {@code rope_base} 10000, {@code
 * norm_eps} 1e-5, and for published widths {@code n_head}.
 *
 * @param tensors of the network
 * @param config the official {@code ModelArgs}
 * @param furtherLayers blocks of a system that has more than {@code n_layer}
 */
public record LlamaGenNetwork(StateDict tensors, OfficialConfig config, int furtherLayers) {
  /** A tensor that only this network has. */
  public static final String TENSOR = "tok_embeddings.weight";

  private static final String LABELS = "cls_embedding.embedding_table.weight";
  private static final String NO_CAPTION = "cls_embedding.uncond_embedding";
  private static final String UP = "layers.0.feed_forward.w1.weight";
  private static final String QKV = "layers.0.attention.wqkv.weight";

  /** Heads of the published sizes, by width. */
  private static final Map<Integer, Integer> HEADS =
      Map.of(
          768, 12, 1024, 16, 1280, 20, 1536, 24, 2560, 40, // B, L, XL, XXL, XXXL
          2048, 32, 3200, 32, 4096, 32); // 1B, 3B, 7B

  /** Size of the vocabulary. */
  public int vocabulary() {
    return tensors.size(TENSOR, 0);
  }

  /** Where the tokens lie: a square. */
  public Grid grid() {
    int slots = config.integer("block_size", 256);
    int side = (int) Math.round(Math.sqrt(slots));
    if (slots < 1 || side * side != slots) {
      throw config.refuse("block_size", "a square number", slots);
    }
    return new Grid(side, side);
  }

  /** What it can be asked for: labels, or captions by their features. */
  public ConditionSpace conditions() {
    if (tensors.has(NO_CAPTION)) {
      config.only("model_type", "t2i");
      config.only("cls_token_num", tensors.size(NO_CAPTION, 0));
      config.only("caption_dim", tensors.size(NO_CAPTION, 1));
      config.integer("num_classes", 0);
      config.number("class_dropout_prob", 0.1);
      return new ConditionSpace(
          List.of(), false, tensors.size(NO_CAPTION, 0), tensors.size(NO_CAPTION, 1));
    }
    config.only("model_type", "c2i");
    config.only("cls_token_num", 1);
    config.integer("caption_dim", 0);
    if (config.number("class_dropout_prob", 0.1) <= 0) {
      throw config.refuse("class_dropout_prob", "above 0, so that there is a label for none", 0);
    }
    int classes = tensors.size(LABELS, 0) - 1;
    config.only("num_classes", classes);
    return new ConditionSpace(
        IntStream.range(0, classes).mapToObj(String::valueOf).toList(), false);
  }

  /** The configuration of the backbone's transformer. */
  public Map<String, Object> backbone() {
    int width = tensors.size(TENSOR, 1);
    int layers = tensors.count("layers.") - furtherLayers;
    int heads = heads(width);
    int keyHeads = (tensors.size(QKV, 0) - width) / 2 / (width / heads);
    config.only("vocab_size", vocabulary());
    config.only("dim", width);
    config.only("n_layer", layers);
    config.only("n_kv_head", keyHeads);
    checkMlp(width);
    Map<String, Object> backbone = new LinkedHashMap<>();
    backbone.put("layers", layers);
    backbone.put("heads", heads);
    backbone.put("key-heads", keyHeads == heads ? 0 : keyHeads);
    backbone.put("width", width);
    backbone.put("mlp-width", tensors.size(UP, 0));
    backbone.put("rotary-base", config.number("rope_base", 10000));
    backbone.put("norm-eps", config.number("norm_eps", 1e-5));
    return backbone;
  }

  private int heads(int width) {
    if (!config.has("n_head") && !HEADS.containsKey(width)) {
      throw config.refuse("n_head", "a number of heads for width " + width, null);
    }
    int heads = config.integer("n_head", HEADS.getOrDefault(width, 1));
    if (heads < 1 || width % heads != 0) {
      throw config.refuse("n_head", "a divisor of the width " + width, heads);
    }
    return heads;
  }

  /** Two thirds of four times the width, rounded up. */
  private void checkMlp(int width) {
    int multiple = config.integer("multiple_of", 256);
    if (multiple < 1) {
      throw config.refuse("multiple_of", "at least 1", multiple);
    }
    int wide = (int) (config.number("ffn_dim_multiplier", 1) * (8 * width / 3));
    int rounded = (wide + multiple - 1) / multiple * multiple;
    if (rounded != tensors.size(UP, 0)) {
      throw config.refuse(
          "multiple_of",
          "a feed-forward layer as wide as its tensor, " + tensors.size(UP, 0),
          multiple + ", which makes " + rounded);
    }
  }

  /**
   * Refuses settings that are not served; to be called when all others were asked for.
   *
   * @throws dev.seriatim.api.part.PartException naming the first
   */
  public void refuseOthers() {
    for (String key : List.of("initializer_range", "drop_path_rate")) { // of training alone
      config.number(key, 0);
    }
    for (String layer : List.of("token", "attn", "resid", "ffn")) {
      config.number(layer + "_dropout_p", 0);
    }
    config.integer("max_batch_size", 0); // sizes of buffers
    config.integer("max_seq_len", 0);
    for (String key : config.unread()) {
      throw config.refuse(key, "no such key", "a setting that is not served");
    }
  }

  /** Maps all but the norms and layers after the blocks, and sets the map to this network. */
  public void map(KeyMap keys, String prefix) {
    String block = "layers.{i}.";
    keys.from(tensors.whole())
        .ignore("optimizer.{*}", "ema.{*}")
        .from(tensors)
        .map(TENSOR, prefix + "token")
        .map(block + "attention_norm.weight", prefix + "attn_norm.{i}")
        .map(block + "attention.wqkv.weight", prefix + "qkv.{i}")
        .map(block + "attention.wo.weight", prefix + "proj.{i}")
        .map(block + "ffn_norm.weight", prefix + "mlp_norm.{i}")
        .map(block + "feed_forward.w1.weight", prefix + "gate.{i}")
        .map(block + "feed_forward.w3.weight", prefix + "up.{i}")
        .map(block + "feed_forward.w2.weight", prefix + "down.{i}")
        .ignore(
            block + "attention.kv_cache.k_cache",
            block + "attention.kv_cache.v_cache",
            "freqs_cis");
    if (tensors.has(NO_CAPTION)) {
      keys.map(NO_CAPTION, prefix + "uncaptioned")
          .map("cls_embedding.cap_proj.fc1.weight", prefix + "caption_fc1")
          .map("cls_embedding.cap_proj.fc2.weight", prefix + "caption_fc2");
    } else {
      keys.map(LABELS, prefix + "label");
    }
  }
}
