package dev.seriatim.family.mar.internal;

import dev.seriatim.testkit.CheckpointLayout;

/** The official checkpoints of MAR and of its autoencoder: names and shapes. */
final class OfficialLayout {
  private static final int[] CHANNELS = {128, 128, 256, 256, 512};

  private OfficialLayout() {}

  /** The network of a width, of so many blocks in the encoder and as many in the decoder. */
  static CheckpointLayout mar(String wrapper, int width, int depth, int mlp, int mlpDepth) {
    CheckpointLayout layout = new CheckpointLayout();
    layout.with(wrapper + "fake_latent", 1, width).with(wrapper + "mask_token", 1, 1, width);
    layout.with(wrapper + "encoder_pos_embed_learned", 1, 320, width);
    layout.with(wrapper + "decoder_pos_embed_learned", 1, 320, width);
    layout.with(wrapper + "diffusion_pos_embed_learned", 1, 256, width);
    layout.with(wrapper + "class_emb.weight", 1000, width);
    layout.layer(wrapper + "z_proj", width, 16).layer(wrapper + "decoder_embed", width, width);
    for (String norm : new String[] {"z_proj_ln", "encoder_norm", "decoder_norm"}) {
      layout.layer(wrapper + norm, width);
    }
    for (int i = 0; i < depth; i++) {
      block(layout, wrapper + "encoder_blocks." + i + ".", width);
      block(layout, wrapper + "decoder_blocks." + i + ".", width);
    }
    String net = wrapper + "diffloss.net.";
    layout.layer(net + "time_embed.mlp.0", mlp, 256).layer(net + "time_embed.mlp.2", mlp, mlp);
    layout.layer(net + "cond_embed", mlp, width).layer(net + "input_proj", mlp, 16);
    for (int i = 0; i < mlpDepth; i++) {
      String block = net + "res_blocks." + i + ".";
      layout.layer(block + "in_ln", mlp).layer(block + "adaLN_modulation.1", 3 * mlp, mlp);
      layout.layer(block + "mlp.0", mlp, mlp).layer(block + "mlp.2", mlp, mlp);
    }
    layout.layer(net + "final_layer.linear", 32, mlp);
    return layout.layer(net + "final_layer.adaLN_modulation.1", 2 * mlp, mlp);
  }

  /** The autoencoder. */
  static CheckpointLayout kl16() {
    CheckpointLayout layout = new CheckpointLayout();
    int last = CHANNELS.length - 1;
    layout.convolution("encoder.conv_in", 128, 3, 3).convolution("decoder.conv_in", 512, 16, 3);
    for (int level = 0; level <= last; level++) {
      int in = CHANNELS[Math.max(level - 1, 0)];
      int out = CHANNELS[level];
      int above = CHANNELS[Math.min(level + 1, last)];
      String down = "encoder.down." + level;
      String up = "decoder.up." + level;
      for (int block = 0; block < 3; block++) {
        if (block < 2) {
          residual(layout, down + ".block." + block + ".", block == 0 ? in : out, out);
          if (level == last) {
            attention(layout, down + ".attn." + block + ".");
          }
        }
        residual(layout, up + ".block." + block + ".", block == 0 ? above : out, out);
      }
      if (level < last) {
        layout.convolution(down + ".downsample.conv", out, out, 3);
      }
      if (level > 0) {
        layout.convolution(up + ".upsample.conv", out, out, 3);
      }
    }
    for (String side : new String[] {"encoder", "decoder"}) {
      residual(layout, side + ".mid.block_1.", 512, 512);
      residual(layout, side + ".mid.block_2.", 512, 512);
      attention(layout, side + ".mid.attn_1.");
      layout.layer(side + ".norm_out", side.equals("encoder") ? 512 : 128);
    }
    layout.convolution("encoder.conv_out", 32, 512, 3).convolution("decoder.conv_out", 3, 128, 3);
    return layout.convolution("quant_conv", 32, 32, 1).convolution("post_quant_conv", 16, 16, 1);
  }

  private static void block(CheckpointLayout layout, String block, int width) {
    layout.layer(block + "norm1", width).layer(block + "norm2", width);
    layout.layer(block + "attn.qkv", 3L * width, width).layer(block + "attn.proj", width, width);
    layout.layer(block + "mlp.fc1", 4L * width, width).layer(block + "mlp.fc2", width, 4L * width);
  }

  private static void residual(CheckpointLayout layout, String block, int in, int out) {
    layout.layer(block + "norm1", in).convolution(block + "conv1", out, in, 3);
    layout.layer(block + "norm2", out).convolution(block + "conv2", out, out, 3);
    if (in != out) {
      layout.convolution(block + "nin_shortcut", out, in, 1);
    }
  }

  private static void attention(CheckpointLayout layout, String attention) {
    layout.layer(attention + "norm", 512);
    for (String part : new String[] {"q", "k", "v", "proj_out"}) {
      layout.convolution(attention + part, 512, 512, 1);
    }
  }
}
