package dev.seriatim.family.sdar.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.DecoderKeys;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.TextIds;
import dev.seriatim.importing.TextTokenizers;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * SDAR (Cheng et al., "SDAR: a synergistic diffusion-autoregression paradigm for scalable sequence
 * generation", 2025): the transformer of Qwen3, in which a slot sees its whole block, trained to
 * denoise blocks. By default it generates as the official script does: of a block, every step
 * settles all tokens that are sure enough, and one at least.
 */
@Component(service = Family.class, property = Family.ID + "=" + SdarFamily.NAME)
public final class SdarFamily implements Family {
  static final String NAME = "sdar";

  private static final String FILE = "model.safetensors";
  private static final String BACKBONE = ProvidesPart.BACKBONE + ".";
  private static final String HEAD = ProvidesPart.HEAD + ".";

  /** What the official script takes where nothing is said. */
  private static final int BLOCK = 4;

  private static final int MASK = 151669;
  private static final double SURE = 0.85;

  /** Keys of training, and of how it was spread over devices. */
  private static final List<String> BESIDE =
      List.of(
          "attn_implementation",
          "debug",
          "ep_size",
          "fuse_cross_entropy",
          "micro_forward",
          "skip_checkpoint",
          "use_deepep");

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    config.only("model_type", NAME);
    DecoderKeys decoder = DecoderKeys.of(NAME, config, checkpoints, DecoderKeys.Form.QWEN3);
    int block = config.integer("block_size", BLOCK);
    int mask = config.integer("mask_token_id", MASK);
    Map<String, Object> backbone = decoder.backbone();
    backbone.put("attention", "block");
    backbone.put("block", block);
    backbone.put("mask", mask);
    KeyMap keys = decoder.map(BACKBONE, HEAD);
    TextIds ids = TextIds.of(config, decoder.vocabulary(), decoder.context());
    PartReference tokenizer = TextTokenizers.among(checkpoints, ids, keys);
    BESIDE.forEach(config::has);
    decoder.refuseOthers();
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Texts, block after block",
            "Apache-2.0",
            new ConditionSpace(List.of(), true),
            Map.of(
                ProvidesPart.TOKENIZER,
                tokenizer,
                ProvidesPart.BACKBONE,
                new PartReference("llama", "[1.0,2)", backbone, FILE, BACKBONE),
                ProvidesPart.HEAD,
                new PartReference(
                    "categorical",
                    "[1.2,2)",
                    Map.of("bias", false, "draw", "exponential-race", "mask-id", mask),
                    FILE,
                    HEAD),
                ProvidesPart.SCHEDULER,
                PartReference.of(
                    "masked.blocks",
                    "[1.0,2)",
                    Map.of(
                        "block-length", block,
                        "block-start", "layout",
                        "block-steps", block,
                        "threshold", SURE))),
            List.of(),
            Map.of()));
  }
}
