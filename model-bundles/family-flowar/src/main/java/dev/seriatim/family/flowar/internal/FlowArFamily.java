package dev.seriatim.family.flowar.internal;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * FlowAR (Ren et al., "FlowAR: scale-wise autoregressive image generation meets flow matching",
 * 2024). The configuration has the sections {@code vae} and {@code flowar}, arguments of the
 * official classes, and {@code generation}: {@code num_steps} of the flow, {@code cfg} and {@code
 * guidance}, the flow time at which guidance sets in. All may be left out for published sizes. What
 * the official code fixes may be given beside them: {@code scale_factor}, {@code sample_resize_hw}
 * and {@code rope_pt_seq_len}.
 */
@Component(service = Family.class, property = Family.ID + "=" + FlowArFamily.NAME)
public final class FlowArFamily implements Family {
  static final String NAME = "flowar";

  private static final String VERSIONS = "[1.0,2)";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    StateDict network =
        StateDict.require(NAME, checkpoints, FlowArNetwork.TENSOR, FlowArNetwork.WRAPPERS);
    StateDict vae = StateDict.require(NAME, checkpoints, "encoder.conv_in.weight");
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    OfficialConfig generation = section(config, "generation");
    FlowArNetwork flowar = network(network, config, configuration.keySet());
    AutoencoderKeys autoencoder = AutoencoderKeys.of(vae);
    int span = config.integer("rope_pt_seq_len", 16);
    List<String> labels = IntStream.range(0, flowar.labels()).mapToObj(String::valueOf).toList();
    Map<String, Object> tokenizer = tokenizer(config, autoencoder, flowar);
    Map<String, Object> backbone = flowar.backbone(span);
    Map<String, Object> head = flowar.head(span);
    head.put("steps", generation.integer("num_steps", 25));
    head.put("times", "two-speeds");
    head.put("guidance-high", generation.number("guidance", 0.9));
    flowar.refuseOthers();

    KeyMap keys = new KeyMap();
    flowar.map(keys);
    autoencoder.map(keys.from(vae), ProvidesPart.TOKENIZER + ".");
    // The official code loads the autoencoder's tensors by name and lets others be.
    keys.ignore("{*}");
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images of a class, scale by scale, from continuous tokens",
            "MIT",
            new ConditionSpace(labels, false),
            Map.of(
                ProvidesPart.TOKENIZER,
                weighted("kl.pyramid", ProvidesPart.TOKENIZER, tokenizer),
                ProvidesPart.BACKBONE,
                weighted(NAME, ProvidesPart.BACKBONE, backbone),
                ProvidesPart.HEAD,
                weighted("flow", ProvidesPart.HEAD, head),
                ProvidesPart.SCHEDULER,
                PartReference.of("next-scale", VERSIONS, Map.of())),
            List.of(
                PartReference.of(
                    "cfg",
                    "[1.1,2)",
                    Map.of("scale", generation.number("cfg", 4.3), "schedule", "linear-by-step"))),
            Map.of()));
  }

  /** A network with its section: {@code flowar}, or another that starts so and speaks of it. */
  private static FlowArNetwork network(StateDict tensors, OfficialConfig config, Set<String> keys) {
    FlowArNetwork first = new FlowArNetwork(tensors, section(config, NAME));
    if (first.fits()) {
      return first;
    }
    return keys.stream()
        .filter(key -> key.startsWith(NAME + "_"))
        .map(key -> new FlowArNetwork(tensors, config.section(key)))
        .filter(FlowArNetwork::fits)
        .findFirst()
        .orElse(first);
  }

  static OfficialConfig section(OfficialConfig config, String key) {
    return config.has(key) ? config.section(key) : OfficialConfig.of(NAME, Map.of());
  }

  private static PartReference weighted(String id, String kind, Map<String, Object> config) {
    return new PartReference(id, VERSIONS, config, "model.safetensors", kind + ".");
  }

  private static Map<String, Object> tokenizer(
      OfficialConfig config, AutoencoderKeys autoencoder, FlowArNetwork flowar) {
    OfficialConfig vae = section(config, "vae");
    vae.only("use_variational", true);
    vae.only("embed_dim", autoencoder.latentWidth());
    vae.only("z_channels", autoencoder.latentWidth());
    if (flowar.latentWidth() != autoencoder.latentWidth()) {
      throw vae.refuse("embed_dim", "as the transformer has it", autoencoder.latentWidth());
    }
    List<Integer> scales = flowar.scales(autoencoder.factor());
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("image-size", scales.get(scales.size() - 1) * autoencoder.factor());
    part.put("image-channels", autoencoder.imageChannels());
    part.put("latent-width", autoencoder.latentWidth());
    part.put("scales", scales);
    part.put("feature-size", config.integer("sample_resize_hw", 16));
    part.put("scale-factor", config.number("scale_factor", 0.2325));
    part.put("network", autoencoder.network(vae));
    for (String key : vae.unread()) {
      throw vae.refuse(key, "no such key", "a setting that is not served");
    }
    return part;
  }

  @Override
  public void verify(RecordedCase recorded) {
    FlowArCase.run(recorded);
  }
}
