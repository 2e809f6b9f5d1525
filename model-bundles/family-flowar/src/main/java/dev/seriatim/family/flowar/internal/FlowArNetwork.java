package dev.seriatim.family.flowar.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The transformer and the flow network of a checkpoint. Sizes are read off the tensors; what the
 * configuration says of them must agree.
 */
final class FlowArNetwork {
  /** A tensor that only this network has. */
  static final String TENSOR = "encoder_blocks.0.mlp.fc1_g.weight";

  /** Before a network: nothing, or the dicts of a training checkpoint, averages first. */
  static final String[] WRAPPERS = {"model_ema.", "model.", ""};

  /** A tensor of the flow networks that look at the hidden states. */
  private static final String CROSS = "flownet.res_blocks.0.crossattn.q.weight";

  private static final String FLOW_BLOCK = "flownet.res_blocks.0";

  /** Width of the flow network's heads in the official code. */
  private static final int FLOW_HEAD_WIDTH = 64;

  /** A table of rotary positions, which shows how wide heads are. */
  private static final String TABLE = ".attn.rope.freqs";

  /** Scales of the published sizes, by number of tokens. */
  private static final Map<Integer, List<Integer>> PUBLISHED_SCALES =
      Map.of(341, List.of(1, 2, 4, 8, 16));

  private final StateDict tensors;
  private final OfficialConfig config;
  private final int encoderLayers;
  private final int decoderLayers;

  /**
   * @param config the arguments of the official class
   */
  FlowArNetwork(StateDict tensors, OfficialConfig config) {
    this.tensors = tensors;
    this.config = config;
    this.encoderLayers = tensors.count("encoder_blocks.");
    this.decoderLayers = tensors.count("decoder_blocks.");
  }

  /** Whether a configuration speaks of this network rather than of another in the same case. */
  boolean fits() {
    return config.flag("cross", crosses()) == crosses()
        && config.integer("encoder_embed_dim", width()) == width()
        && config.integer("encoder_depth", encoderLayers) == encoderLayers
        && config.integer("diffloss_w", flowWidth()) == flowWidth();
  }

  private boolean crosses() {
    return tensors.has(CROSS);
  }

  private int width() {
    return tensors.size("z_proj.weight", 0);
  }

  private int flowWidth() {
    return tensors.size("flownet.input_proj.weight", 0);
  }

  /** Width of the latents, and so of a token. */
  int latentWidth() {
    config.only("patch_size", 1);
    return agreed("vae_embed_dim", tensors.size("z_proj.weight", 1));
  }

  /** Rows of the table of classes but for the last, that of no class; not all need be used. */
  int labels() {
    int rows = tensors.size("class_emb.weight", 0) - 1;
    if (config.integer("class_num", rows) > rows) {
      throw config.refuse("class_num", "at most " + rows, config.integer("class_num"));
    }
    return rows;
  }

  /**
   * Rows and columns of each scale.
   *
   * @param factor pixels per latent in each direction
   */
  List<Integer> scales(int factor) {
    int slots = tensors.size("encoder_pos_embed_learned", 1);
    if (!config.has("scale") && !PUBLISHED_SCALES.containsKey(slots)) {
      throw config.refuse("scale", "scales of " + slots + " tokens in all", null);
    }
    List<Integer> scales = config.integers("scale", PUBLISHED_SCALES.get(slots));
    if (scales.stream().mapToInt(side -> side * side).sum() != slots) {
      throw config.refuse("scale", "scales of " + slots + " tokens in all", scales);
    }
    agreed("vae_stride", factor);
    agreed("img_size", scales.get(scales.size() - 1) * factor);
    return scales;
  }

  /**
   * Configuration of the backbone.
   *
   * @param span length of a map's side in rotary positions
   */
  Map<String, Object> backbone(int span) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("width", agreed("encoder_embed_dim", width()));
    agreed("decoder_embed_dim", width());
    part.put("encoder-layers", agreed("encoder_depth", encoderLayers));
    part.put("encoder-heads", heads("encoder_num_heads", "encoder_blocks.0"));
    part.put("decoder-layers", agreed("decoder_depth", decoderLayers));
    part.put("decoder-heads", heads("decoder_num_heads", "decoder_blocks.0"));
    part.put("features", latentWidth());
    part.put("mlp-ratio", mlpRatio(TENSOR, width(), config.number("mlp_ratio", 4)));
    part.put("rope-span", span);
    part.put("norm-eps", config.number("norm_eps", 1e-6));
    return part;
  }

  /**
   * Configuration of the head; how it is sampled comes on top.
   *
   * @param span length of a map's side in rotary positions
   */
  Map<String, Object> head(int span) {
    config.only("cross", crosses());
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("width", agreed("diffloss_w", flowWidth()));
    part.put("blocks", agreed("diffloss_d", tensors.count("flownet.res_blocks.")));
    part.put("attention", crosses() ? "cross" : "self");
    part.put(
        "heads",
        hasTable(FLOW_BLOCK) ? heads(FLOW_BLOCK, flowWidth()) : flowWidth() / FLOW_HEAD_WIDTH);
    // The official code passes no ratio on to the flow network.
    part.put("mlp-ratio", mlpRatio(FLOW_BLOCK + ".mlp.fc1_g.weight", flowWidth(), 4));
    part.put("rope-span", span);
    part.put("norm-eps", config.number("norm_eps", 1e-6));
    return part;
  }

  /** Heads as the configuration has them, or as the table of rotary positions shows them. */
  private int heads(String key, String block) {
    return hasTable(block) ? agreed(key, heads(block, width())) : config.integer(key);
  }

  private boolean hasTable(String block) {
    return tensors.has(block + TABLE);
  }

  /** A head turns in pairs, a quarter of its width by each coordinate. */
  private int heads(String block, int width) {
    Shape table = tensors.shape(block + TABLE);
    long headWidth = table.dimension() == 1 ? 4 * table.get(0) : 0;
    if (headWidth == 0 || width % headWidth != 0) {
      throw config.refuse(block + TABLE, "angles of heads that divide " + width, table);
    }
    return (int) (width / headWidth);
  }

  private double mlpRatio(String tensor, int width, double stated) {
    int found = tensors.size(tensor, 0);
    if ((int) (width * stated * 2 / 3) != found) {
      throw config.refuse("mlp_ratio", "one that gives a width of " + found, stated);
    }
    return stated;
  }

  private int agreed(String key, int found) {
    if (config.integer(key, found) != found) {
      throw config.refuse(key, "as the tensors have it, " + found, config.integer(key));
    }
    return found;
  }

  /** Refuses what no call has asked for. */
  void refuseOthers() {
    config.only("buffer_size", 0);
    // Of training alone.
    config.number("label_drop_prob", 0);
    config.number("attn_dropout", 0);
    config.number("proj_dropout", 0);
    config.flag("use_checkpoint", false);
    for (String key : config.unread()) {
      throw config.refuse(key, "no such key", "a setting that is not served");
    }
  }

  /** Maps the tensors to the weights of backbone and head. */
  void map(KeyMap keys) {
    keys.from(tensors)
        .map("class_emb.weight", "backbone.condition")
        .map("z_proj_ln.weight", "backbone.input_norm_w")
        .reshape("encoder_pos_embed_learned", "backbone.encoder_position")
        .map("encoder_norm.weight", "backbone.encoder_norm_w")
        .reshape("decoder_pos_embed_learned", "backbone.decoder_position")
        .map("decoder_norm.weight", "backbone.decoder_norm_w")
        .reshape("diffusion_pos_embed_learned", "backbone.head_position");
    linear(keys, "z_proj", "backbone.feature", "");
    linear(keys, "decoder_embed", "backbone.between", "");
    for (int i = 0; i < encoderLayers; i++) {
      block(keys, "encoder_blocks." + i, "." + i);
    }
    for (int i = 0; i < decoderLayers; i++) {
      block(keys, "decoder_blocks." + i, "." + (encoderLayers + i));
    }
    flow(keys);
    keys.ignore("mask", "encoder_blocks.{i}.attn.rope.freqs", "decoder_blocks.{i}.attn.rope.freqs");
    StateDict whole = tensors.whole();
    keys.from(whole).ignore("optimizer.{*}", "scaler.{*}", "args.{*}", "epoch");
    if (whole.has("model_ema." + TENSOR)) {
      keys.ignore("model.{*}");
    }
  }

  private static void block(KeyMap keys, String official, String index) {
    linear(keys, official + ".attn.qkv", "backbone.qkv", index);
    linear(keys, official + ".attn.proj", "backbone.proj", index);
    feedForward(keys, official + ".mlp", "backbone.", index);
    linear(keys, official + ".ada_lin.1", "backbone.ada", index);
  }

  private void flow(KeyMap keys) {
    linear(keys, "flownet.time_embed.mlp.0", "head.time_in", "");
    linear(keys, "flownet.time_embed.mlp.2", "head.time_out", "");
    linear(keys, "flownet.cond_embed", "head.condition", "");
    linear(keys, "flownet.input_proj", "head.token", "");
    String block = "flownet.res_blocks.{i}";
    keys.map(block + ".attn.qkv.weight", "head.qkv_w.{i}");
    linear(keys, block + ".attn.proj", "head.proj", ".{i}");
    feedForward(keys, block + ".mlp", "head.", ".{i}");
    if (crosses()) {
      keys.map(block + ".norm2_1.weight", "head.cross_norm_w.{i}")
          .map(block + ".norm2_2.weight", "head.state_norm_w.{i}")
          .map(block + ".crossattn.q.weight", "head.cross_q_w.{i}")
          .map(block + ".crossattn.kv.weight", "head.cross_kv_w.{i}");
      linear(keys, block + ".crossattn.proj", "head.cross_proj", ".{i}");
      linear(keys, block + ".ada_lin_attn", "head.attn_ada", ".{i}");
      linear(keys, block + ".ada_lin_mlp", "head.ada", ".{i}");
    } else {
      linear(keys, block + ".ada_lin", "head.ada", ".{i}");
    }
    linear(keys, "flownet.final_layer.adaLN_modulation.1", "head.final_ada", "");
    linear(keys, "flownet.final_layer.linear", "head.final", "");
    keys.ignore(block + ".attn.rope.freqs", block + ".crossattn.rope.freqs");
  }

  private static void feedForward(KeyMap keys, String official, String ours, String index) {
    linear(keys, official + ".fc1_g", ours + "gate", index);
    linear(keys, official + ".fc1_x", ours + "up", index);
    linear(keys, official + ".fc2", ours + "down", index);
  }

  private static void linear(KeyMap keys, String official, String ours, String index) {
    keys.map(official + ".weight", ours + "_w" + index);
    keys.map(official + ".bias", ours + "_b" + index);
  }
}
