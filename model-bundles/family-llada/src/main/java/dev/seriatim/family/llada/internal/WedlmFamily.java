package dev.seriatim.family.llada.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.DecoderKeys;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.TextIds;
import dev.seriatim.importing.TextTokenizers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * WeDLM (Liu et al., "WeDLM: reconciling diffusion language models with standard causal attention
 * for fast inference", 2025): the transformer of Qwen2 or Qwen3, causal over what is settled first
 * and the masks after it. The configuration is the official {@code config.json}, in which {@code
 * qk_norm} and {@code attention_bias} tell the two apart.
 */
@Component(service = Family.class, property = Family.ID + "=" + WedlmFamily.NAME)
public final class WedlmFamily implements Family {
  static final String NAME = "wedlm";

  private static final String FILE = "model.safetensors";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig own = OfficialConfig.of(NAME, configuration);
    DecoderKeys.Form form =
        new DecoderKeys.Form(own.flag("attention_bias", true), own.flag("qk_norm", false), 0);
    // Here the key speaks of queries, keys and values alone.
    Map<String, Object> decoders = new LinkedHashMap<>(configuration);
    decoders.keySet().removeAll(List.of("attention_bias", "qk_norm"));
    OfficialConfig config = OfficialConfig.of(NAME, decoders);
    DecoderKeys decoder = DecoderKeys.of(NAME, config, checkpoints, form);
    Map<String, Object> backbone = decoder.backbone();
    backbone.put("attention", "settled-first");
    backbone.put("mask", config.integer("mask_token_id"));
    KeyMap keys = decoder.map("backbone.", "head.");
    TextIds ids = TextIds.of(config, decoder.vocabulary(), decoder.context());
    PartReference tokenizer = TextTokenizers.among(checkpoints, ids, keys);
    decoder.refuseOthers();
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Texts that are unmasked in a window, under a causal mask",
            "Apache-2.0",
            new ConditionSpace(List.of(), true),
            Map.of(
                "tokenizer",
                tokenizer,
                "backbone",
                new PartReference("llama", "[1.0,2)", backbone, FILE, "backbone."),
                "head",
                new PartReference("categorical", "[1.1,2)", Map.of("bias", false), FILE, "head."),
                "scheduler",
                PartReference.of("masked.window", "[1.0,2)", Map.of())),
            List.of(),
            Map.of()));
  }
}
