package dev.seriatim.family.var.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.AutoencoderKeys;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * VAR (Tian et al., "Visual autoregressive modeling: scalable image generation via next-scale
 * prediction", 2024). The configuration has the sections {@code vae} and {@code var}, arguments of
 * the official classes, and {@code generation}: {@code cfg}, {@code top_k} and {@code top_p}. All
 * may be left out for published sizes.
 */
@Component(service = Family.class, property = Family.ID + "=" + VarFamily.NAME)
public final class VarFamily implements Family {
  static final String NAME = "var";

  /** A tensor that only the tokenizer has. */
  static final String TOKENIZER_TENSOR = "quantize.embedding.weight";

  /** Around a network: nothing, or the dicts of a training checkpoint. */
  static final String[] WRAPPERS = {"", "trainer.var_wo_ddp.", "trainer.vae_local."};

  private static final String VERSIONS = "[1.0,2)";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    StateDict network = StateDict.require(NAME, checkpoints, VarNetwork.TENSOR, WRAPPERS);
    StateDict vae = StateDict.require(NAME, checkpoints, TOKENIZER_TENSOR, WRAPPERS);
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    VarNetwork var = network(network, config, configuration.keySet());
    AutoencoderKeys autoencoder = AutoencoderKeys.of(vae);
    Map<String, Object> tokenizer =
        tokenizer(section(config, "vae"), vae, autoencoder, var.scales());
    List<String> labels = IntStream.range(0, var.labels()).mapToObj(String::valueOf).toList();

    KeyMap keys = new KeyMap();
    var.map(keys);
    keys.from(vae);
    autoencoder.map(keys, ProvidesPart.TOKENIZER + ".");
    autoencoder.mapQuantiser(keys, ProvidesPart.TOKENIZER + ".");
    keys.ignore("quantize.ema_vocab_hit_SV");
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images of a class, scale by scale",
            "MIT",
            new ConditionSpace(labels, false),
            Map.of(
                ProvidesPart.TOKENIZER,
                weighted("vq.multi-scale", ProvidesPart.TOKENIZER, tokenizer),
                ProvidesPart.BACKBONE,
                weighted(NAME, ProvidesPart.BACKBONE, var.backbone()),
                ProvidesPart.HEAD,
                weighted("categorical", ProvidesPart.HEAD, Map.of("bias", true)),
                ProvidesPart.SCHEDULER,
                PartReference.of("next-scale", VERSIONS, Map.of())),
            guides(section(config, "generation")),
            Map.of()));
  }

  /** A network with its section: {@code var}, or another that starts so and speaks of it. */
  private static VarNetwork network(StateDict tensors, OfficialConfig config, Set<String> keys) {
    VarNetwork first = new VarNetwork(tensors, section(config, NAME));
    if (first.fits()) {
      return first;
    }
    return keys.stream()
        .filter(key -> key.startsWith(NAME + "_"))
        .map(key -> new VarNetwork(tensors, config.section(key)))
        .filter(VarNetwork::fits)
        .findFirst()
        .orElse(first);
  }

  private static OfficialConfig section(OfficialConfig config, String key) {
    return config.has(key) ? config.section(key) : OfficialConfig.of(NAME, Map.of());
  }

  private static PartReference weighted(String id, String kind, Map<String, Object> config) {
    return new PartReference(id, VERSIONS, config, "model.safetensors", kind + ".");
  }

  private static Map<String, Object> tokenizer(
      OfficialConfig vae, StateDict tensors, AutoencoderKeys autoencoder, List<Integer> scales) {
    int vocabulary = tensors.size(TOKENIZER_TENSOR, 0);
    vae.only("vocab_size", vocabulary);
    vae.only("z_channels", autoencoder.latentWidth());
    vae.only("in_channels", autoencoder.imageChannels());
    vae.only("quant_conv_ks", tensors.size("quant_conv.weight", 2));
    if (!vae.integers("v_patch_nums", scales).equals(scales)) {
      throw vae.refuse("v_patch_nums", "as the transformer has them, " + scales, "others");
    }
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("image-size", scales.get(scales.size() - 1) * autoencoder.factor());
    part.put("image-channels", autoencoder.imageChannels());
    part.put("scales", scales);
    part.put("vocabulary", vocabulary);
    part.put("code-width", autoencoder.latentWidth());
    part.put("code-kernel", tensors.size("quant_conv.weight", 2));
    part.put("phi-count", Math.max(1, autoencoder.phiCount()));
    part.put("phi-ratio", phiRatio(vae, autoencoder));
    part.put("cosine", vae.flag("using_znorm", false));
    part.put("commitment", vae.number("beta", 0.25));
    part.put("network", autoencoder.network(vae));
    refuseOthers(vae);
    return part;
  }

  /** Without convolutions that scales share, what a scale adds is as it is. */
  private static double phiRatio(OfficialConfig vae, AutoencoderKeys autoencoder) {
    double stated = Math.abs(vae.number("quant_resi", 0.5));
    return autoencoder.phiCount() == 0 ? 0 : stated;
  }

  private static void refuseOthers(OfficialConfig vae) {
    // Shown by the tensors, or of training alone.
    vae.integer("share_quant_resi", 4);
    vae.integer("default_qresi_counts", 0);
    vae.number("dropout", 0);
    vae.flag("test_mode", true);
    for (String key : vae.unread()) {
      throw vae.refuse(key, "no such key", "a setting that is not served");
    }
  }

  /**
   * Guidance grows from none at the first scale; then top-k, then top-p of what it leaves.
   *
   * @param generation {@code cfg} (0 is none), {@code top_k} and {@code top_p} (0 for off)
   */
  static List<PartReference> guides(OfficialConfig generation) {
    generation.only("more_smooth", false);
    return guides(
        generation.number("cfg", 1.5),
        generation.integer("top_k", 900),
        generation.number("top_p", 0.96));
  }

  /** {@link #guides(OfficialConfig)}. */
  static List<PartReference> guides(double cfg, int topK, double topP) {
    List<PartReference> guides = new ArrayList<>();
    Map<String, Object> guidance = Map.of("scale", 1 + cfg, "schedule", "linear-by-step");
    guides.add(PartReference.of("cfg", "[1.1,2)", guidance));
    if (topK > 0) {
      guides.add(PartReference.of("top-k", VERSIONS, Map.of("k", topK)));
    }
    if (topP > 0) {
      guides.add(PartReference.of("top-p", VERSIONS, Map.of("p", topP)));
    }
    return guides;
  }

  @Override
  public void verify(RecordedCase recorded) {
    VarCase.run(recorded);
  }
}
