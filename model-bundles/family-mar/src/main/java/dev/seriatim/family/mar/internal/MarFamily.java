package dev.seriatim.family.mar.internal;

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
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * MAR (Li et al., "Autoregressive image generation without vector quantization", 2024): a masked
 * autoencoder over the latents of a variational autoencoder, decoded in random order, with a
 * diffusion of each token. A checkpoint holds weights and their averages; the averages are taken.
 */
@Component(service = Family.class, property = Family.ID + "=" + MarFamily.NAME)
public final class MarFamily implements Family {
  static final String NAME = "mar";

  private static final String VERSIONS = "[1.0,2)";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    StateDict network =
        StateDict.require(NAME, checkpoints, MarNetwork.TENSOR, "model_ema.", "model.", "");
    StateDict vae = StateDict.require(NAME, checkpoints, "encoder.conv_in.weight");
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    MarNetwork mar = new MarNetwork(network, config);
    AutoencoderKeys autoencoder = AutoencoderKeys.of(vae);

    Map<String, PartReference> parts = new LinkedHashMap<>();
    parts.put(
        ProvidesPart.TOKENIZER,
        weighted("kl.grid", ProvidesPart.TOKENIZER, tokenizer(config, autoencoder, mar)));
    parts.put(ProvidesPart.BACKBONE, weighted(NAME, ProvidesPart.BACKBONE, mar.backbone()));
    parts.put(ProvidesPart.HEAD, weighted("diffusion", ProvidesPart.HEAD, mar.head()));
    parts.put(
        ProvidesPart.SCHEDULER, scheduler(config.integer("num_iter", 64), mar.leastMaskRatio()));
    List<String> labels = IntStream.range(0, mar.labels()).mapToObj(String::valueOf).toList();
    mar.refuseUnknownKeys();

    KeyMap keys = new KeyMap();
    mar.map(keys);
    autoencoder.map(keys.from(vae), ProvidesPart.TOKENIZER + ".");
    // The official code loads the autoencoder's tensors by name and lets others be.
    keys.ignore("{*}");
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images of a class, in random order, from continuous tokens",
            "MIT",
            new ConditionSpace(labels, false),
            parts,
            guides(
                config.number("cfg", 2.9),
                config.text("cfg_schedule", "linear"),
                config.number("temperature", 1)),
            Map.of()));
  }

  private static PartReference weighted(String id, String kind, Map<String, Object> config) {
    return new PartReference(id, VERSIONS, config, "model.safetensors", kind + ".");
  }

  private static Map<String, Object> tokenizer(
      OfficialConfig config, AutoencoderKeys autoencoder, MarNetwork mar) {
    OfficialConfig official =
        config.has("vae") ? config.section("vae") : OfficialConfig.of(NAME, Map.of());
    official.only("use_variational", true);
    int latentWidth = autoencoder.latentWidth();
    official.only("embed_dim", latentWidth);
    int side = mar.imageSide(latentWidth, autoencoder.factor());
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("height", side);
    part.put("width", side);
    part.put("image-channels", autoencoder.imageChannels());
    part.put("latent-width", latentWidth);
    part.put("patch", mar.patch(latentWidth));
    part.put("scale-factor", config.number("scale_factor", 0.2325));
    part.put("network", autoencoder.network(official));
    return part;
  }

  /** Decoding in random order, by so many iterations. */
  static PartReference scheduler(int iterations, double leastMaskRatio) {
    return PartReference.of(
        "masked.random",
        VERSIONS,
        Map.of("iterations", iterations, "mask-ratio-min", leastMaskRatio));
  }

  /**
   * Guidance and temperature.
   *
   * @param schedule official name: linear (with the share that is settled) or constant
   */
  static List<PartReference> guides(double scale, String schedule, double temperature) {
    String ours =
        switch (schedule) {
          case "linear" -> "linear-after";
          case "constant" -> "constant";
          default ->
              throw OfficialConfig.of(NAME, Map.of())
                  .refuse("cfg_schedule", "linear or constant", schedule);
        };
    return List.of(
        PartReference.of("cfg", "[1.1,2)", Map.of("scale", scale, "schedule", ours)),
        PartReference.of("temperature", VERSIONS, Map.of("value", temperature)));
  }

  @Override
  public void verify(RecordedCase recorded) {
    new MarCase(recorded).run();
  }
}
