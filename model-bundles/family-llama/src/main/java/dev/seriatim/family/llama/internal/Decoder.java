package dev.seriatim.family.llama.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.DecoderKeys;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.TextIds;
import dev.seriatim.importing.TextTokenizers;
import java.util.List;
import java.util.Map;

/**
 * A causal decoder as a model: a tokenizer of texts, the transformer, a linear layer to the logits,
 * one token after another.
 *
 * @param backbone configuration of the part {@code llama}
 * @param ids of the vocabulary
 * @param keys with the weights of backbone and head
 */
record Decoder(Map<String, Object> backbone, TextIds ids, KeyMap keys) {
  static final String BACKBONE = ProvidesPart.BACKBONE + ".";
  static final String HEAD = ProvidesPart.HEAD + ".";

  private static final String FILE = "model.safetensors";

  /**
   * How a system presents itself.
   *
   * @param name of the family
   * @param title one line
   * @param license of the published weights
   * @param guides by which the official scripts generate
   */
  record System(String name, String title, String license, List<PartReference> guides) {}

  /** The decoder in the layout of Hugging Face. */
  static Decoder of(
      String family, OfficialConfig config, List<Checkpoint> checkpoints, DecoderKeys.Form form) {
    DecoderKeys official = DecoderKeys.of(family, config, checkpoints, form);
    Map<String, Object> backbone = official.backbone();
    KeyMap keys = official.map(BACKBONE, HEAD);
    TextIds ids = TextIds.of(config, official.vocabulary(), official.context());
    official.refuseOthers();
    return new Decoder(backbone, ids, keys);
  }

  /** The import. */
  Import as(System system, List<Checkpoint> checkpoints) {
    PartReference tokenizer = TextTokenizers.among(checkpoints, ids, keys);
    Map<String, PartReference> parts =
        Map.of(
            ProvidesPart.TOKENIZER,
            tokenizer,
            ProvidesPart.BACKBONE,
            new PartReference("llama", "[1.0,2)", backbone, FILE, BACKBONE),
            ProvidesPart.HEAD,
            new PartReference(
                "categorical",
                "[1.1,2)",
                Map.of("bias", false, "draw", "exponential-race"),
                FILE,
                HEAD),
            ProvidesPart.SCHEDULER,
            PartReference.of("raster", "[1.0,2)", Map.of()));
    return keys.describedBy(
        new ModelDescriptor(
            system.name,
            "1.0.0",
            system.title,
            system.license,
            new ConditionSpace(List.of(), true),
            parts,
            system.guides,
            Map.of()));
  }

  /** Sampling at a temperature from the most probable tokens that hold a share of all. */
  static List<PartReference> nucleus(double temperature, double p) {
    return List.of(
        PartReference.of("temperature", "[1.0,2)", Map.of("value", temperature)),
        PartReference.of("top-p", "[1.0,2)", Map.of("p", p)));
  }
}
