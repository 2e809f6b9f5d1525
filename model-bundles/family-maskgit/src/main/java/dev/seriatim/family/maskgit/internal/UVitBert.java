package dev.seriatim.family.maskgit.internal;

import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.StateDict;
import java.util.List;

/** {@code UViTBert}: blocks before, in and after the middle of a U. */
final class UVitBert implements Network {
  @Override
  public String backbone() {
    return "maskgit.uvit";
  }

  @Override
  public String tensor() {
    return "mid_block.norm1.weight";
  }

  /** The official code takes it by way of a ratio, and rounds down. */
  @Override
  public int mlpWidth(int official, int width) {
    return (int) (width * ((double) official / width));
  }

  @Override
  public int slots(StateDict network) {
    return network.size("pos_embed", 1) - 1;
  }

  @Override
  public void map(KeyMap keys, StateDict network) {
    keys.map("embeddings.weight", "backbone.embedding");
    keys.reshape("pos_embed", "backbone.position");
    int half = network.count("in_blocks.");
    for (int i = 0; i < half; i++) {
      block(keys, "in_blocks." + i + ".", i);
    }
    block(keys, "mid_block.", half);
    for (int i = 0; i < network.count("out_blocks."); i++) {
      block(keys, "out_blocks." + i + ".", half + 1 + i);
    }
    for (String kind : List.of("weight", "bias")) {
      String suffix = "_" + kind.charAt(0);
      keys.map("out_blocks.{i}.skip_linear." + kind, "backbone.skip" + suffix + ".{i}");
      keys.map("norm." + kind, "backbone.norm" + suffix);
      keys.map("lm_head." + kind, "head." + kind);
    }
  }

  private static void block(KeyMap keys, String official, int number) {
    keys.map(official + "attn.qkv.weight", "backbone.qkv_w." + number);
    for (String kind : List.of("weight", "bias")) {
      String suffix = "_" + kind.charAt(0) + "." + number;
      keys.map(official + "norm1." + kind, "backbone.norm1" + suffix);
      keys.map(official + "attn.proj." + kind, "backbone.proj" + suffix);
      keys.map(official + "norm2." + kind, "backbone.norm2" + suffix);
      keys.map(official + "mlp.fc1." + kind, "backbone.fc" + suffix);
      keys.map(official + "mlp.fc2." + kind, "backbone.out" + suffix);
    }
  }
}
