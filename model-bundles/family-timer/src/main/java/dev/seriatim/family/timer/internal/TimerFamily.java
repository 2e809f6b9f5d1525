package dev.seriatim.family.timer.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Timer (Liu et al., "Timer: generative pre-trained transformers are large time series models",
 * 2024). The configuration is the official script's arguments; those of data and training play no
 * role. The checkpoint is the published one, whose names begin with {@code model.}, or one that the
 * official code saved after fine-tuning, whose names begin with {@code backbone.}.
 */
@Component(service = Family.class, property = Family.ID + "=" + TimerFamily.NAME)
public final class TimerFamily implements Family {
  static final String NAME = "timer";

  private static final String PATCH = "patch_embedding.value_embedding.weight";
  private static final String POSITION = "patch_embedding.position_embedding.pe";
  private static final String FINE_TUNED = "backbone.";
  private static final String[] WRAPPERS = {
    "state_dict.model.", "model.", "state_dict.", "", FINE_TUNED
  };

  private static final String FILE = "model.safetensors";
  private static final String BACKBONE = ProvidesPart.BACKBONE + ".";
  private static final String HEAD = ProvidesPart.HEAD + ".";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    StateDict network = StateDict.require(NAME, checkpoints, PATCH, WRAPPERS);
    int width = network.size(PATCH, 0);
    int patch = network.size(PATCH, 1);
    check(config, network, width, patch);
    int window = config.integer("seq_len") / patch;
    PartReference tokenizer =
        PartReference.of(
            "series.patches",
            "[1.0,2)",
            Map.of("patch", patch, "context", window + 1, "window", window, "eps", 1e-5));
    PartReference backbone =
        new PartReference(
            NAME,
            "[1.0,2)",
            Map.of(
                "layers",
                network.count("decoder.attn_layers."),
                "heads",
                config.integer("n_heads"),
                "width",
                width,
                "mlp",
                network.size("decoder.attn_layers.0.conv1.weight", 0),
                "positions",
                network.size(POSITION, 1),
                "activation",
                config.text("activation", "gelu").equals("relu") ? "relu" : "gelu"),
            FILE,
            BACKBONE);
    return map(network)
        .describedBy(
            new ModelDescriptor(
                NAME,
                "1.0.0",
                "Forecasts of time series, a patch after the other",
                "MIT",
                ConditionSpace.NONE,
                Map.of(
                    ProvidesPart.TOKENIZER,
                    tokenizer,
                    ProvidesPart.BACKBONE,
                    backbone,
                    ProvidesPart.HEAD,
                    new PartReference("point", "[1.0,2)", Map.of(), FILE, HEAD),
                    ProvidesPart.SCHEDULER,
                    PartReference.of("raster", "[1.0,2)", Map.of())),
                List.of(),
                Map.of()));
  }

  /** What the configuration says must be what the checkpoint has, and what can be served. */
  private static void check(OfficialConfig config, StateDict network, int width, int patch) {
    config.only("model", "Timer");
    config.only("d_model", width);
    config.only("patch_len", patch);
    config.only("stride", patch);
    config.only("e_layers", network.count("decoder.attn_layers."));
    config.only("d_ff", network.size("decoder.attn_layers.0.conv1.weight", 0));
    int length = config.integer("seq_len");
    if (length < patch || length % patch != 0) {
      throw config.refuse("seq_len", "a multiple of the patch's " + patch + " points", length);
    }
    if (width % config.integer("n_heads") != 0) {
      throw config.refuse("n_heads", "a divisor of d_model " + width, config.integer("n_heads"));
    }
    if (network.size(POSITION, 1) < length / patch) {
      throw config.refuse(
          "seq_len",
          "at most " + network.size(POSITION, 1) + " patches, as the table of positions has",
          length);
    }
  }

  private static KeyMap map(StateDict network) {
    String block = "decoder.attn_layers.{i}.";
    String attention = block + "attention.";
    KeyMap keys =
        new KeyMap()
            .from(network)
            .map(PATCH, BACKBONE + "patch")
            .reshape(POSITION, BACKBONE + "position");
    for (String kind : List.of("weight", "bias")) {
      String end = "_" + kind.charAt(0) + ".{i}";
      keys.join(
              List.of(
                  attention + "query_projection." + kind,
                  attention + "key_projection." + kind,
                  attention + "value_projection." + kind),
              BACKBONE + "qkv" + end)
          .map(attention + "out_projection." + kind, BACKBONE + "proj" + end)
          .map(block + "norm1." + kind, BACKBONE + "norm1" + end)
          .map(block + "norm2." + kind, BACKBONE + "norm2" + end)
          .map("decoder.norm." + kind, BACKBONE + "norm_" + kind.charAt(0))
          .map("proj." + kind, HEAD + kind);
    }
    return keys.reshape(block + "conv1.weight", BACKBONE + "up_w.{i}")
        .map(block + "conv1.bias", BACKBONE + "up_b.{i}")
        .reshape(block + "conv2.weight", BACKBONE + "down_w.{i}")
        .map(block + "conv2.bias", BACKBONE + "down_b.{i}")
        .from(network.whole())
        .ignore(aliases(network.whole()));
  }

  /** After fine-tuning the official code saves the network's modules under a second name. */
  private static String[] aliases(StateDict whole) {
    return whole.has(FINE_TUNED + PATCH)
        ? new String[] {"decoder.{*}", "proj.{*}", "enc_embedding.{*}"}
        : new String[0];
  }

  @Override
  public void verify(RecordedCase recorded) {
    new TimerCase(recorded, recorded.model(recorded.configuration(), recorded.checkpoints()))
        .verify();
  }
}
