package dev.seriatim.family.var.internal;

import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The transformer of a checkpoint. Sizes are read off the tensors; what the configuration says of
 * them must agree. What shapes do not show has the published defaults: as many attention heads as
 * blocks, and the scales of 256 or 512 pixels by the number of tokens.
 */
final class VarNetwork {
  /** A tensor that only this network has. */
  static final String TENSOR = "pos_1LC";

  /** What cosines are multiplied by; there where attention is by cosine. */
  private static final String SHARPNESS = "blocks.0.attn.scale_mul_1H11";

  private static final String BACKBONE = ProvidesPart.BACKBONE + ".";
  private static final String HEAD = ProvidesPart.HEAD + ".";

  /** Rows and columns of the scales for images of 256 and of 512 pixels, by number of tokens. */
  private static final Map<Integer, List<Integer>> PUBLISHED_SCALES =
      Map.of(
          680, List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16),
          2240, List.of(1, 2, 3, 4, 6, 9, 13, 18, 24, 32));

  private final StateDict tensors;
  private final OfficialConfig config;

  /**
   * @param config the arguments of the official class
   */
  VarNetwork(StateDict tensors, OfficialConfig config) {
    this.tensors = tensors;
    this.config = config;
  }

  /** Whether a configuration speaks of this network rather than of another in the same case. */
  boolean fits() {
    return config.flag("shared_aln", isShared()) == isShared()
        && config.integer("embed_dim", width()) == width()
        && config.integer("depth", layers()) == layers();
  }

  private boolean isShared() {
    return tensors.has("shared_ada_lin.1.weight");
  }

  private int width() {
    return tensors.size("word_embed.weight", 0);
  }

  private int layers() {
    return tensors.count("blocks.");
  }

  /** Number of classes; the last row of the table is that of no class. */
  int labels() {
    return agreed("num_classes", tensors.size("class_emb.weight", 0) - 1);
  }

  /** Rows and columns of each scale. */
  List<Integer> scales() {
    int slots = tensors.size(TENSOR, 1);
    if (!config.has("patch_nums") && !PUBLISHED_SCALES.containsKey(slots)) {
      throw config.refuse("patch_nums", "scales of " + slots + " tokens in all", null);
    }
    List<Integer> scales = config.integers("patch_nums", PUBLISHED_SCALES.get(slots));
    if (scales.stream().mapToInt(side -> side * side).sum() != slots) {
      throw config.refuse("patch_nums", "scales of " + slots + " tokens in all", scales);
    }
    return scales;
  }

  /** Configuration of the backbone. */
  Map<String, Object> backbone() {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("layers", agreed("depth", layers()));
    part.put("heads", heads());
    part.put("width", agreed("embed_dim", width()));
    part.put("features", tensors.size("word_embed.weight", 1));
    part.put("mlp-ratio", mlpRatio());
    part.put("shared-ada", isShared());
    part.put("cosine", tensors.has(SHARPNESS));
    part.put("norm-eps", config.number("norm_eps", 1e-6));
    config.only("shared_aln", isShared());
    config.only("attn_l2_norm", tensors.has(SHARPNESS));
    refuseOthers();
    return part;
  }

  /** Shown by the factors of cosine attention alone. */
  private int heads() {
    return tensors.has(SHARPNESS)
        ? agreed("num_heads", tensors.size(SHARPNESS, 1))
        : config.integer("num_heads", layers());
  }

  private double mlpRatio() {
    double found = (double) tensors.size("blocks.0.ffn.fc1.weight", 0) / width();
    double stated = config.number("mlp_ratio", found);
    if (Math.rint(stated * width()) != Math.rint(found * width())) {
      throw config.refuse("mlp_ratio", "as the tensors have it, " + found, stated);
    }
    return stated;
  }

  private void refuseOthers() {
    // Of training alone, or of how the same numbers are computed.
    config.number("drop_rate", 0);
    config.number("attn_drop_rate", 0);
    config.number("drop_path_rate", 0);
    config.number("cond_drop_rate", 0);
    config.flag("flash_if_available", false);
    config.flag("fused_if_available", false);
    for (String key : config.unread()) {
      throw config.refuse(key, "no such key", "a setting that is not served");
    }
  }

  private int agreed(String key, int found) {
    if (config.integer(key, found) != found) {
      throw config.refuse(key, "as the tensors have it, " + found, config.integer(key));
    }
    return found;
  }

  /** Maps the tensors to the weights of backbone and head. */
  void map(KeyMap keys) {
    keys.from(tensors)
        .map("class_emb.weight", BACKBONE + "condition")
        .reshape("pos_start", BACKBONE + "start")
        .reshape(TENSOR, BACKBONE + "position")
        .map("lvl_embed.weight", BACKBONE + "level")
        .map("blocks.{i}.attn.mat_qkv.weight", BACKBONE + "qkv_w.{i}")
        .map("blocks.{i}.attn.q_bias", BACKBONE + "q_b.{i}")
        .map("blocks.{i}.attn.v_bias", BACKBONE + "v_b.{i}");
    if (tensors.has(SHARPNESS)) {
      keys.reshape("blocks.{i}.attn.scale_mul_1H11", BACKBONE + "sharpness.{i}");
    }
    linear(keys, "word_embed", BACKBONE + "word", "");
    linear(keys, "blocks.{i}.attn.proj", BACKBONE + "proj", ".{i}");
    linear(keys, "blocks.{i}.ffn.fc1", BACKBONE + "fc", ".{i}");
    linear(keys, "blocks.{i}.ffn.fc2", BACKBONE + "out", ".{i}");
    if (isShared()) {
      linear(keys, "shared_ada_lin.1", BACKBONE + "shared_ada", "");
      keys.reshape("blocks.{i}.ada_gss", BACKBONE + "ada.{i}");
    } else {
      linear(keys, "blocks.{i}.ada_lin.1", BACKBONE + "ada", ".{i}");
    }
    linear(keys, "head_nm.ada_lin.1", BACKBONE + "final_ada", "");
    keys.map("head.weight", HEAD + "weight").map("head.bias", HEAD + "bias");
    // Tables that follow from the scales, and the bias that keys do not have.
    keys.ignore("lvl_1L", "attn_bias_for_masking", "blocks.{i}.attn.zero_k_bias");
    // What training goes on with.
    keys.from(tensors.whole()).ignore("trainer.var_opt.{*}", "args.{*}", "epoch", "iter");
  }

  private static void linear(KeyMap keys, String official, String ours, String index) {
    keys.map(official + ".weight", ours + "_w" + index);
    keys.map(official + ".bias", ours + "_b" + index);
  }
}
