package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
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
 * Dream (Ye et al., "Dream 7B: diffusion large language models", 2025): the transformer of Qwen2
 * without a causal mask. It grew out of a causal model, so the state at a slot still predicts the
 * next one. The configuration is the official {@code config.json}.
 */
@Component(service = Family.class, property = Family.ID + "=" + DreamFamily.NAME)
public final class DreamFamily implements Family {
  static final String NAME = "dream";

  private static final String FILE = "model.safetensors";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    DecoderKeys decoder = DecoderKeys.of(NAME, config, checkpoints, DecoderKeys.Form.QWEN2);
    Map<String, Object> backbone = decoder.backbone();
    backbone.put("attention", "full");
    backbone.put("predicts", "next");
    backbone.put("mask", config.integer("mask_token_id"));
    KeyMap keys = decoder.map("backbone.", "head.");
    TextIds ids = TextIds.of(config, decoder.vocabulary(), decoder.context());
    PartReference tokenizer = TextTokenizers.among(checkpoints, ids, keys);
    decoder.refuseOthers();
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Texts that are unmasked in the order of their entropy",
            "Apache-2.0",
            new ConditionSpace(List.of(), true),
            Map.of(
                "tokenizer",
                tokenizer,
                "backbone",
                new PartReference("llama", "[1.0,2)", backbone, FILE, "backbone."),
                "head",
                new PartReference(
                    "categorical",
                    "[1.1,2)",
                    Map.of("bias", false, "draw", "exponential-race"),
                    FILE,
                    "head."),
                "scheduler",
                PartReference.of(
                    "masked.blocks",
                    "[1.0,2)",
                    Map.of("transfer", "timesteps", "remasking", "entropy"))),
            List.of(),
            Map.of()));
  }

  @Override
  public void verify(RecordedCase recorded) {
    new MaskedTextCase(NAME, recorded).verify((settings, values) -> DreamArguments.read(values));
  }
}
