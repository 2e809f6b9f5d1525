package dev.seriatim.family.mar.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An official checkpoint of MAR or of its autoencoder: names and shapes, without elements. */
final class OfficialLayout implements Checkpoint {
  private static final int[] CHANNELS = {128, 128, 256, 256, 512};

  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  /** The network of a width, of so many blocks in the encoder and as many in the decoder. */
  static OfficialLayout mar(String wrapper, int width, int depth, int mlp, int mlpDepth) {
    OfficialLayout layout = new OfficialLayout();
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
      layout.block(wrapper + "encoder_blocks." + i + ".", width);
      layout.block(wrapper + "decoder_blocks." + i + ".", width);
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
  static OfficialLayout kl16() {
    OfficialLayout layout = new OfficialLayout();
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
          layout.residual(down + ".block." + block + ".", block == 0 ? in : out, out);
          if (level == last) {
            layout.attention(down + ".attn." + block + ".");
          }
        }
        layout.residual(up + ".block." + block + ".", block == 0 ? above : out, out);
      }
      if (level < last) {
        layout.convolution(down + ".downsample.conv", out, out, 3);
      }
      if (level > 0) {
        layout.convolution(up + ".upsample.conv", out, out, 3);
      }
    }
    for (String side : new String[] {"encoder", "decoder"}) {
      layout.residual(side + ".mid.block_1.", 512, 512).residual(side + ".mid.block_2.", 512, 512);
      layout.attention(side + ".mid.attn_1.");
      layout.layer(side + ".norm_out", side.equals("encoder") ? 512 : 128);
    }
    layout.convolution("encoder.conv_out", 32, 512, 3).convolution("decoder.conv_out", 3, 128, 3);
    return layout.convolution("quant_conv", 32, 32, 1).convolution("post_quant_conv", 16, 16, 1);
  }

  OfficialLayout with(String name, long... shape) {
    tensors.put(name, new TensorInfo(name, ElementType.F32, new Shape(shape)));
    return this;
  }

  private OfficialLayout layer(String name, long... shape) {
    return with(name + ".weight", shape).with(name + ".bias", shape[0]);
  }

  private OfficialLayout convolution(String name, int out, int in, int size) {
    return layer(name, out, in, size, size);
  }

  private void block(String block, int width) {
    layer(block + "norm1", width).layer(block + "norm2", width);
    layer(block + "attn.qkv", 3L * width, width).layer(block + "attn.proj", width, width);
    layer(block + "mlp.fc1", 4L * width, width).layer(block + "mlp.fc2", width, 4L * width);
  }

  private OfficialLayout residual(String block, int in, int out) {
    layer(block + "norm1", in).convolution(block + "conv1", out, in, 3);
    layer(block + "norm2", out).convolution(block + "conv2", out, out, 3);
    return in == out ? this : convolution(block + "nin_shortcut", out, in, 1);
  }

  private void attention(String attention) {
    layer(attention + "norm", 512);
    for (String part : new String[] {"q", "k", "v", "proj_out"}) {
      convolution(attention + part, 512, 512, 1);
    }
  }

  @Override
  public Path path() {
    return Path.of("layout");
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ByteBuffer bytes(String name) {
    throw new UnsupportedOperationException("no elements");
  }

  @Override
  public String sha256(String name) {
    throw new UnsupportedOperationException("no elements");
  }

  @Override
  public void close() {}
}
