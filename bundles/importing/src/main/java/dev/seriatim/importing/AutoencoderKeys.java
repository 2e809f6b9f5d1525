package dev.seriatim.importing;

import dev.seriatim.api.part.PartException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The tensors of a published convolutional autoencoder (Esser et al., "Taming transformers for
 * high-resolution image synthesis", 2021): what sizes they have, and which weights of the parts
 * {@code vq.multi-scale}, {@code vq.gan}, {@code kl.grid} and {@code kl.pyramid} they are.
 *
 * <p>Two ways of naming are known, and told apart by the names: levels as {@code
 * encoder.down.{l}.block.{j}} and {@code decoder.up.{l}.block.{j}}, both counted from the finest
 * level (taming, latent diffusion, VAR, MAR, FlowAR); and levels as {@code
 * encoder.conv_blocks.{l}.res.{j}} and {@code decoder.conv_blocks.{l}.res.{j}}, counted as they run
 * (LlamaGen). Queries, keys and values of attention may be one tensor or three.
 *
 * <pre>{@code
 * AutoencoderKeys autoencoder = AutoencoderKeys.of(vae);
 * part.put("network", autoencoder.network(config.section("vae")));
 * autoencoder.map(keys.from(vae), "tokenizer.");
 * }</pre>
 */
public final class AutoencoderKeys {
  private final StateDict tensors;
  private final boolean inOrder;

  private AutoencoderKeys(StateDict tensors, boolean inOrder) {
    this.tensors = tensors;
    this.inOrder = inOrder;
  }

  /** The autoencoder in a network's tensors; what it lacks is found when it is imported. */
  public static AutoencoderKeys of(StateDict tensors) {
    return new AutoencoderKeys(tensors, tensors.hasUnder("encoder.conv_blocks."));
  }

  /** Resolutions; between two of them the image halves. */
  public int levels() {
    return tensors.count(inOrder ? "encoder.conv_blocks." : "encoder.down.");
  }

  /** Image pixels per code in each direction. */
  public int factor() {
    return 1 << (levels() - 1);
  }

  /** Channels of an image. */
  public int imageChannels() {
    return tensors.size("encoder.conv_in.weight", 1);
  }

  /** Channels that the decoder takes: the width of latents, {@code z_channels}. */
  public int latentWidth() {
    return tensors.size("decoder.conv_in.weight", 1);
  }

  /**
   * The value of a part's key {@code network}, read off the tensors' shapes. Groups and epsilon of
   * the norms, which shapes do not show, are {@code num_groups} and {@code norm_eps}, by default 32
   * and 1e-6.
   *
   * @param official configuration of the autoencoder; what it says of {@code ch}, {@code ch_mult},
   *     {@code encoder_ch_mult}, {@code decoder_ch_mult}, {@code num_res_blocks}, {@code using_sa},
   *     {@code using_mid_sa}, {@code resolution} with {@code attn_resolutions_encoder} and {@code
   *     attn_resolutions_decoder} must agree with the tensors
   * @throws PartException when it does not: key, expected, found
   * @throws dev.seriatim.api.weights.CheckpointException when a tensor is missing
   */
  public Map<String, Object> network(OfficialConfig official) {
    int width = tensors.size("encoder.conv_in.weight", 0);
    List<Integer> encoder = channels("encoder");
    List<Integer> decoder = channels("decoder");
    int blocks = tensors.count(level("encoder", 0) + blockName());
    agree(official, "ch", width);
    agree(official, "num_res_blocks", blocks);
    agreeMultipliers(official, "ch_mult", width, encoder);
    agreeMultipliers(official, "encoder_ch_mult", width, encoder);
    agreeMultipliers(official, "decoder_ch_mult", width, decoder);
    List<Integer> encoderAttention = attentionLevels("encoder");
    List<Integer> decoderAttention = attentionLevels("decoder");
    boolean middleAttention = tensors.hasUnder(middle("encoder").get(1) + ".");
    agreeAttention(official, encoderAttention, decoderAttention, middleAttention);
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("width", width);
    network.put("channels", encoder);
    network.put("decoder-channels", decoder.equals(encoder) ? List.of() : decoder);
    network.put("blocks", blocks);
    network.put("groups", official.integer("num_groups", 32));
    network.put("norm-eps", official.number("norm_eps", 1e-6));
    network.put("encoder-attention", encoderAttention);
    network.put("decoder-attention", decoderAttention);
    network.put("middle-attention", middleAttention);
    return network;
  }

  /**
   * Maps encoder, decoder, and the convolutions between them and the codes ({@code quant_conv} and
   * {@code post_quant_conv}).
   *
   * @param keys set to the network's tensors
   * @param prefix of the part's weights, for example {@code tokenizer.}
   */
  public void map(KeyMap keys, String prefix) {
    new Mapping(keys, prefix).run();
  }

  /**
   * Maps the codebook and, where there are any, the convolutions that scales share, under any of
   * the three names that go with how they are shared.
   *
   * @param keys set to the network's tensors
   * @param prefix of the part's weights, for example {@code tokenizer.}
   */
  public void mapQuantiser(KeyMap keys, String prefix) {
    keys.map("quantize.embedding.weight", prefix + "codebook");
    List<String> phis = phis();
    for (int i = 0; i < phis.size(); i++) {
      keys.map(phis.get(i) + ".weight", prefix + "phi_w." + i);
      keys.map(phis.get(i) + ".bias", prefix + "phi_b." + i);
    }
  }

  /** How many convolutions scales share; 0 where there are none. */
  public int phiCount() {
    return phis().size();
  }

  private List<String> phis() {
    String all = "quantize.quant_resi.";
    if (tensors.hasUnder(all + "qresi.")) {
      return List.of(all + "qresi");
    }
    String each = tensors.hasUnder(all + "qresi_ls.") ? all + "qresi_ls." : all;
    return IntStream.range(0, tensors.count(each)).mapToObj(i -> each + i).toList();
  }

  private String blockName() {
    return inOrder ? "res." : "block.";
  }

  /** Prefix of a level, 0 the finest. */
  private String level(String side, int level) {
    boolean encodes = side.equals("encoder");
    if (inOrder) {
      return side + ".conv_blocks." + (encodes ? level : levels() - 1 - level) + ".";
    }
    return side + (encodes ? ".down." : ".up.") + level + ".";
  }

  /** The middle: a residual block, attention, a residual block. */
  private List<String> middle(String side) {
    String middle = side + ".mid.";
    return inOrder
        ? List.of(middle + "0", middle + "1", middle + "2")
        : List.of(middle + "block_1", middle + "attn_1", middle + "block_2");
  }

  private List<Integer> channels(String side) {
    List<Integer> channels = new ArrayList<>();
    for (int level = 0; level < levels(); level++) {
      channels.add(tensors.size(level(side, level) + blockName() + "0.conv1.weight", 0));
    }
    return channels;
  }

  private List<Integer> attentionLevels(String side) {
    return IntStream.range(0, levels())
        .filter(level -> tensors.hasUnder(level(side, level) + "attn."))
        .boxed()
        .toList();
  }

  private static void agree(OfficialConfig official, String key, int found) {
    if (official.has(key) && official.integer(key) != found) {
      throw official.refuse(key, "as the tensors have it, " + found, official.integer(key));
    }
  }

  private static void agreeMultipliers(
      OfficialConfig official, String key, int width, List<Integer> found) {
    if (official.has(key)) {
      List<Integer> stated = official.integers(key).stream().map(n -> n * width).toList();
      if (!stated.equals(found)) {
        throw official.refuse(
            key, "levels of " + found + " channels, as the tensors have them", stated);
      }
    }
  }

  private void agreeAttention(
      OfficialConfig official, List<Integer> encoder, List<Integer> decoder, boolean middle) {
    official.only("using_sa", !encoder.isEmpty());
    official.only("using_mid_sa", middle);
    if (official.has("resolution")) {
      int resolution = official.integer("resolution");
      agreeResolutions(official, "attn_resolutions_encoder", resolution, encoder);
      agreeResolutions(official, "attn_resolutions_decoder", resolution, decoder);
    }
  }

  private void agreeResolutions(
      OfficialConfig official, String key, int resolution, List<Integer> found) {
    if (official.has(key)) {
      List<Integer> resolutions = official.integers(key);
      List<Integer> stated =
          IntStream.range(0, levels())
              .filter(level -> resolutions.contains(resolution >> level))
              .boxed()
              .toList();
      if (!stated.equals(found)) {
        throw official.refuse(
            key, "attention in levels " + found + ", as the tensors have it", resolutions);
      }
    }
  }

  /** One mapping: blocks, shortcuts and attentions are numbered in the order in which they run. */
  private final class Mapping {
    private final KeyMap keys;
    private final String prefix;
    private int blocks;
    private int shortcuts;
    private int attentions;

    Mapping(KeyMap keys, String prefix) {
      this.keys = keys;
      this.prefix = prefix;
    }

    void run() {
      for (String side : List.of("encoder", "decoder")) {
        layer(side + ".conv_in", side + "_in", "");
        layer(side + ".norm_out", side + "_norm", "");
        layer(side + ".conv_out", side + "_out", "");
      }
      layer("quant_conv", "to_code", "");
      layer("post_quant_conv", "from_code", "");
      int last = levels() - 1;
      for (int level = 0; level <= last; level++) {
        level(AutoencoderKeys.this.level("encoder", level));
        if (level < last) {
          String resampling = AutoencoderKeys.this.level("encoder", level) + "downsample.conv";
          layer(resampling, "down", "." + level);
        }
      }
      middleBlocks("encoder");
      middleBlocks("decoder");
      for (int level = last; level >= 0; level--) {
        level(AutoencoderKeys.this.level("decoder", level));
        if (level > 0) {
          String resampling = AutoencoderKeys.this.level("decoder", level) + "upsample.conv";
          layer(resampling, "up", "." + (last - level));
        }
      }
    }

    private void level(String level) {
      int count = tensors.count(level + blockName());
      for (int j = 0; j < count; j++) {
        block(level + blockName() + j);
        attention(level + "attn." + j);
      }
    }

    private void middleBlocks(String side) {
      List<String> middle = middle(side);
      block(middle.get(0));
      attention(middle.get(1));
      block(middle.get(2));
    }

    private void block(String block) {
      String index = "." + blocks++;
      for (String layer : List.of("norm1", "conv1", "norm2", "conv2")) {
        layer(block + "." + layer, layer, index);
      }
      if (tensors.hasUnder(block + ".nin_shortcut.")) {
        layer(block + ".nin_shortcut", "shortcut", "." + shortcuts++);
      }
    }

    private void attention(String attention) {
      if (!tensors.hasUnder(attention + ".")) {
        return;
      }
      String index = "." + attentions++;
      layer(attention + ".norm", "attn_norm", index);
      if (tensors.hasUnder(attention + ".qkv.")) {
        layer(attention + ".qkv", "attn_qkv", index);
      } else {
        List<String> parts = List.of(attention + ".q", attention + ".k", attention + ".v");
        keys.join(with(parts, ".weight"), prefix + "attn_qkv_w" + index);
        keys.join(with(parts, ".bias"), prefix + "attn_qkv_b" + index);
      }
      layer(attention + ".proj_out", "attn_out", index);
    }

    private static List<String> with(List<String> names, String ending) {
      return names.stream().map(name -> name + ending).toList();
    }

    private void layer(String official, String ours, String index) {
      keys.map(official + ".weight", prefix + ours + "_w" + index);
      keys.map(official + ".bias", prefix + ours + "_b" + index);
    }
  }
}
