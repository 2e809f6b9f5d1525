package dev.seriatim.family.titok;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.kernels.MaskgitDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TiTok as the official 1d-tokenizer code stores it (Yu et al., "An image is worth 32 tokens for
 * reconstruction and generation", 2024), in its three forms: ids whose decoder mixes the vectors of
 * MaskGIT's VQGAN; ids whose decoder gives pixels; vectors whose decoder gives pixels.
 *
 * <p>The configuration is the official one, with the sections {@code model.vq_model} and {@code
 * dataset.preprocessing}. The official code looks up the transformers' sizes by name ({@code
 * small}, {@code base}, {@code large}). The key {@code vit_sizes}, which is our own, replaces that
 * table: by name an object with {@code width}, {@code num_layers} and {@code num_heads}.
 */
public final class TitokTokenizer {
  /** A tensor by which the network is known. */
  public static final String TENSOR = "latent_tokens";

  private static final String PIXELS = "pixel_decoder.";

  /** Keys that matter to training alone. */
  private static final List<String> OF_TRAINING =
      List.of("pretrained_tokenizer_weight", "clustering_vq");

  /** A transformer's size by its official name. */
  private record Size(int width, int layers, int heads) {
    static final Map<String, Size> PUBLISHED =
        Map.of(
            "small", new Size(512, 8, 8),
            "base", new Size(768, 12, 12),
            "large", new Size(1024, 24, 16));
  }

  private TitokTokenizer() {}

  /**
   * The tokenizer.
   *
   * @param config the whole official configuration
   * @param network that has {@link #TENSOR}
   * @param file that holds its weights
   * @param prefix of its weights
   * @throws PartException when there is a key, or a value, that is not served
   */
  public static PartReference part(
      OfficialConfig config, StateDict network, String file, String prefix) {
    OfficialConfig model = config.section("model.vq_model");
    int side = config.integer("dataset.preprocessing.crop_size");
    boolean vectors = quantizesTo(model, "vae");
    boolean legacy = model.flag("is_legacy", true);
    boolean mixes = model.flag("finetune_decoder", true);
    if (mixes != legacy) {
      // Without the pixel decoder a legacy model only predicts another tokenizer's ids.
      throw model.refuse("finetune_decoder", legacy + ", as is_legacy is", mixes);
    }
    if (vectors && legacy) {
      throw model.refuse("is_legacy", "false with quantize_mode vae", true);
    }
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("height", side);
    part.put("width", side);
    part.put("tokens", model.integer("num_latent_tokens"));
    part.put("code-width", model.integer("token_size"));
    if (vectors) {
      model.only("use_l2_norm", false);
      model.integer("codebook_size", 0);
    } else {
      part.put("vocabulary", model.integer("codebook_size"));
      part.put("unit-codes", model.flag("use_l2_norm"));
    }
    part.put("commitment", model.number("commitment_cost", 0.25));
    part.put("interleaved", legacy);
    part.put("encoder", transformer(config, model, "enc"));
    part.put("decoder", transformer(config, model, "dec"));
    if (mixes) {
      part.put("pixel-vocabulary", network.size("pixel_quantize.embedding.weight", 0));
      part.put("pixels", pixels(MaskgitVqgan.decoderIn(network, PIXELS)));
    }
    refuseOthers(model, network);
    return new PartReference("titok", "[1.0,2)", part, file, prefix);
  }

  private static boolean quantizesTo(OfficialConfig model, String mode) {
    String found = model.text("quantize_mode", "vq");
    if (!List.of("vq", "vae").contains(found)) {
      throw model.refuse("quantize_mode", "vq or vae", found);
    }
    return found.equals(mode);
  }

  private static void refuseOthers(OfficialConfig model, StateDict network) {
    for (String key : model.unread()) {
      if (!OF_TRAINING.contains(key)) {
        throw model.refuse(key, "no such key", "a setting that is not served");
      }
    }
    if (network.hasUnder("decoder.text_")) {
      throw model.refuse(
          "decoder", "a decoder of images alone", "one that reads a text (TA-TiTok)");
    }
  }

  private static Map<String, Object> transformer(
      OfficialConfig config, OfficialConfig model, String half) {
    Size size = size(config, model, "vit_" + half + "_model_size");
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("width", size.width);
    part.put("layers", size.layers);
    part.put("heads", size.heads);
    part.put("patch", model.integer("vit_" + half + "_patch_size"));
    return part;
  }

  private static Size size(OfficialConfig config, OfficialConfig model, String key) {
    String name = model.text(key);
    if (config.has("vit_sizes." + name)) {
      OfficialConfig size = config.section("vit_sizes." + name);
      return new Size(size.integer("width"), size.integer("num_layers"), size.integer("num_heads"));
    }
    Size published = Size.PUBLISHED.get(name);
    if (published == null) {
      throw model.refuse(key, "small, base or large", name);
    }
    return published;
  }

  private static Map<String, Object> pixels(MaskgitDecoder sizes) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("code-width", sizes.codeWidth());
    part.put("channels", sizes.channels());
    part.put("blocks", sizes.blocks());
    part.put("groups", sizes.groups());
    part.put("image-channels", sizes.imageChannels());
    return part;
  }

  /**
   * Maps all weights.
   *
   * @param keys that speak of the network
   * @param prefix of the tokenizer's weights
   */
  public static void map(KeyMap keys, StateDict network, String prefix) {
    keys.optional("quantize.embedding.weight", prefix + "codebook");
    keys.ignore("quantize.embed_prob");
    keys.map("latent_tokens", prefix + "latent");
    keys.map("encoder.class_embedding", prefix + "encoder_class");
    keys.map("encoder.positional_embedding", prefix + "encoder_place");
    keys.map("encoder.latent_token_positional_embedding", prefix + "latent_place");
    layer(keys, "encoder.patch_embed.", prefix + "patch", "");
    layer(keys, "encoder.conv_out.", prefix + "to_code", "");
    keys.map("decoder.class_embedding", prefix + "decoder_class");
    keys.map("decoder.positional_embedding", prefix + "decoder_place");
    keys.map("decoder.latent_token_positional_embedding", prefix + "code_place");
    keys.reshape("decoder.mask_token", prefix + "mask");
    layer(keys, "decoder.decoder_embed.", prefix + "embed", "");
    transformer(keys, network.count("encoder.transformer."), "encoder.", prefix, 0, 0);
    transformer(
        keys,
        network.count("decoder.transformer."),
        "decoder.",
        prefix,
        1,
        network.count("encoder.transformer."));
    if (network.hasUnder(PIXELS)) {
      layer(keys, "decoder.ffn.0.", prefix + "readout1", "");
      layer(keys, "decoder.ffn.2.", prefix + "readout2", "");
      keys.map("pixel_quantize.embedding.weight", prefix + "pixel_codebook");
      MaskgitVqgan.map(keys, MaskgitVqgan.decoderIn(network, PIXELS), PIXELS, prefix);
    } else {
      layer(keys, "decoder.ffn.0.", prefix + "to_pixel", "");
      layer(keys, "decoder.conv_out.", prefix + "smooth", "");
    }
  }

  private static void transformer(
      KeyMap keys, int layers, String official, String prefix, int half, int first) {
    layer(keys, official + "ln_pre.", prefix + "pre", "." + half);
    layer(keys, official + "ln_post.", prefix + "post", "." + half);
    for (int i = 0; i < layers; i++) {
      String from = official + "transformer." + i + ".";
      String index = "." + (first + i);
      layer(keys, from + "ln_1.", prefix + "ln1", index);
      layer(keys, from + "attn.in_proj_", prefix + "qkv", index);
      layer(keys, from + "attn.out_proj.", prefix + "proj", index);
      layer(keys, from + "ln_2.", prefix + "ln2", index);
      layer(keys, from + "mlp.c_fc.", prefix + "fc", index);
      layer(keys, from + "mlp.c_proj.", prefix + "out", index);
    }
  }

  private static void layer(KeyMap keys, String official, String weight, String index) {
    keys.map(official + "weight", weight + "_w" + index);
    keys.map(official + "bias", weight + "_b" + index);
  }
}
