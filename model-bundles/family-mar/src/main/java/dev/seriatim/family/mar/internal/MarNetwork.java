package dev.seriatim.family.mar.internal;

import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The transformer and the diffusion head of a checkpoint. Sizes are read off the tensors; what the
 * configuration says of them, under {@code mar} or at its top, must agree. Attention heads, which
 * shapes do not show, are {@code encoder_num_heads} and {@code decoder_num_heads}; those of the
 * published sizes are known by their widths.
 */
final class MarNetwork {
  /** A tensor that only this network has. */
  static final String TENSOR = "encoder_pos_embed_learned";

  private static final String SECTION = "mar";
  private static final String SAMPLING_STEPS = "num_sampling_steps";
  private static final Map<Integer, Integer> PUBLISHED_HEADS = Map.of(768, 12, 1024, 16, 1280, 16);

  private final StateDict tensors;
  private final OfficialConfig config;
  private final boolean ownSection;

  /** Tokens of an image. */
  private final int slots;

  private final int encoderLayers;
  private final int decoderLayers;

  MarNetwork(StateDict tensors, OfficialConfig whole) {
    this.tensors = tensors;
    this.ownSection = whole.has(SECTION);
    this.config = own(whole);
    this.slots = tensors.size("diffusion_pos_embed_learned", 1);
    this.encoderLayers = tensors.count("encoder_blocks.");
    this.decoderLayers = tensors.count("decoder_blocks.");
  }

  /** The part of a configuration that speaks of the network. */
  static OfficialConfig own(OfficialConfig whole) {
    return whole.has(SECTION) ? whole.section(SECTION) : whole;
  }

  /** A configuration with other sampling steps. */
  static Map<String, Object> sampling(Map<String, Object> configuration, String steps) {
    Map<String, Object> changed = new LinkedHashMap<>(configuration);
    if (configuration.get(SECTION) instanceof Map<?, ?> section) {
      Map<Object, Object> inside = new LinkedHashMap<>(section);
      inside.put(SAMPLING_STEPS, steps);
      changed.put(SECTION, inside);
    } else {
      changed.put(SAMPLING_STEPS, steps);
    }
    return changed;
  }

  /** Number of classes. */
  int labels() {
    return agreed("class_num", tensors.size("class_emb.weight", 0));
  }

  /** Rows, and columns, of latents in a token of an image. */
  int patch(int latentWidth) {
    int width = tensors.size("z_proj.weight", 1);
    agreed("vae_embed_dim", latentWidth);
    return agreed("patch_size", root("z_proj.weight", width / latentWidth));
  }

  /** Rows, and columns, of an image: as many as tokens, each of so many latents and pixels. */
  int imageSide(int latentWidth, int factor) {
    agreed("vae_stride", factor);
    int rows = root("diffusion_pos_embed_learned", slots);
    return agreed("img_size", rows * patch(latentWidth) * factor);
  }

  /** The least share of tokens that is masked in training. */
  double leastMaskRatio() {
    return config.number("mask_ratio_min", 0.7);
  }

  /** Configuration of the backbone. */
  Map<String, Object> backbone() {
    Map<String, Object> part = new LinkedHashMap<>();
    int encoder = agreed("encoder_embed_dim", tensors.size("z_proj.weight", 0));
    int decoder = agreed("decoder_embed_dim", tensors.size("decoder_embed.weight", 0));
    part.put("encoder-width", encoder);
    part.put("encoder-layers", agreed("encoder_depth", encoderLayers));
    part.put("encoder-heads", heads("encoder_num_heads", encoder));
    part.put("decoder-width", decoder);
    part.put("decoder-layers", agreed("decoder_depth", decoderLayers));
    part.put("decoder-heads", heads("decoder_num_heads", decoder));
    part.put("mlp-ratio", config.number("mlp_ratio", 4));
    part.put("buffer", agreed("buffer_size", tensors.size(TENSOR, 1) - slots));
    part.put("norm-epsilon", config.number("norm_eps", 1e-6));
    return part;
  }

  /** Configuration of the head. */
  Map<String, Object> head() {
    Map<String, Object> part = new LinkedHashMap<>();
    String net = "diffloss.net.";
    part.put("width", agreed("diffloss_w", tensors.size(net + "input_proj.weight", 0)));
    part.put("blocks", agreed("diffloss_d", tensors.count(net + "res_blocks.")));
    part.put("sampling-steps", config.text(SAMPLING_STEPS, "100"));
    part.put("repeats", config.integer("diffusion_batch_mul", 4));
    return part;
  }

  /**
   * Refuses settings of the network that no code here knows, once all others were asked for. Those
   * at the top of a configuration are of other things, too. Dropout is of training alone.
   *
   * @throws dev.seriatim.api.part.PartException naming the first
   */
  void refuseUnknownKeys() {
    for (String key : List.of("attn_dropout", "proj_dropout", "label_drop_prob")) {
      config.number(key, 0);
    }
    config.flag("grad_checkpointing", false);
    List<String> unread = config.unread();
    if (ownSection && !unread.isEmpty()) {
      throw config.refuse(unread.get(0), "no such key", "one");
    }
  }

  private int heads(String key, int width) {
    return config.has(key) || !PUBLISHED_HEADS.containsKey(width)
        ? config.integer(key)
        : PUBLISHED_HEADS.get(width);
  }

  private int root(String tensor, int square) {
    int root = (int) Math.round(Math.sqrt(square));
    if (root < 1 || root * root != square) {
      throw config.refuse(tensor, "a square number of latents and tokens", square);
    }
    return root;
  }

  private int agreed(String key, int found) {
    if (config.has(key) && config.integer(key) != found) {
      throw config.refuse(key, "as the tensors have it, " + found, config.integer(key));
    }
    return found;
  }

  /** Maps transformer and head; weights that training goes on with are passed over. */
  void map(KeyMap keys) {
    keys.from(tensors)
        .map("class_emb.weight", "backbone.labels")
        .map("fake_latent", "backbone.no_label")
        .reshape(TENSOR, "backbone.encoder_position")
        .reshape("decoder_pos_embed_learned", "backbone.decoder_position")
        .reshape("diffusion_pos_embed_learned", "backbone.output_position")
        .reshape("mask_token", "backbone.mask");
    layer(keys, "z_proj", "backbone.token", "");
    layer(keys, "z_proj_ln", "backbone.token_norm", "");
    layer(keys, "encoder_norm", "backbone.encoder_norm", "");
    layer(keys, "decoder_embed", "backbone.decoder", "");
    layer(keys, "decoder_norm", "backbone.decoder_norm", "");
    for (int i = 0; i < encoderLayers; i++) {
      block(keys, "encoder_blocks." + i, "." + i);
    }
    for (int i = 0; i < decoderLayers; i++) {
      block(keys, "decoder_blocks." + i, "." + (encoderLayers + i));
    }
    head(keys);
    StateDict whole = tensors.whole();
    keys.from(whole).ignore("optimizer.{*}", "scaler.{*}", "args.{*}", "epoch");
    if (whole.has("model_ema." + TENSOR)) {
      keys.ignore("model.{*}");
    }
  }

  private static void block(KeyMap keys, String official, String index) {
    layer(keys, official + ".norm1", "backbone.norm1", index);
    layer(keys, official + ".attn.qkv", "backbone.qkv", index);
    layer(keys, official + ".attn.proj", "backbone.proj", index);
    layer(keys, official + ".norm2", "backbone.norm2", index);
    layer(keys, official + ".mlp.fc1", "backbone.fc", index);
    layer(keys, official + ".mlp.fc2", "backbone.out", index);
  }

  private static void head(KeyMap keys) {
    String net = "diffloss.net.";
    layer(keys, net + "time_embed.mlp.0", "head.time_in", "");
    layer(keys, net + "time_embed.mlp.2", "head.time_out", "");
    layer(keys, net + "cond_embed", "head.condition", "");
    layer(keys, net + "input_proj", "head.token", "");
    String block = net + "res_blocks.{i}.";
    layer(keys, block + "adaLN_modulation.1", "head.ada", ".{i}");
    layer(keys, block + "in_ln", "head.norm", ".{i}");
    layer(keys, block + "mlp.0", "head.fc", ".{i}");
    layer(keys, block + "mlp.2", "head.out", ".{i}");
    layer(keys, net + "final_layer.adaLN_modulation.1", "head.final_ada", "");
    layer(keys, net + "final_layer.linear", "head.final", "");
  }

  private static void layer(KeyMap keys, String official, String ours, String index) {
    keys.map(official + ".weight", ours + "_w" + index);
    keys.map(official + ".bias", ours + "_b" + index);
  }
}
