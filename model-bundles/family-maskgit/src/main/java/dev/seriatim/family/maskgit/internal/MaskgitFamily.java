package dev.seriatim.family.maskgit.internal;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.family.titok.GeneratorTokenizer;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * MaskGIT (Chang et al., "MaskGIT: Masked generative image transformer", 2022) as the official
 * 1d-tokenizer code publishes it with TiTok (Yu et al., "An image is worth 32 tokens for
 * reconstruction and generation", 2024): the generators {@code ImageBert} and {@code UViTBert}. The
 * configuration is the official one, with the sections {@code model.vq_model} and {@code
 * model.generator}.
 */
@Component(service = Family.class, property = Family.ID + "=" + MaskgitFamily.NAME)
public final class MaskgitFamily implements Family {
  static final String NAME = "maskgit";

  private static final String FILE = "generator.safetensors";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    OfficialConfig generator = config.section("model.generator");
    Network network = Network.of(generator);
    StateDict state = StateDict.require(NAME, checkpoints, network.tensor());
    int slots = network.slots(state);
    generator.only("image_seq_len", slots);
    KeyMap keys = new KeyMap().from(state);
    network.map(keys, state);
    PartReference tokenizer =
        GeneratorTokenizer.among(checkpoints, config, new Sequence(slots), keys);
    int width = generator.integer("hidden_size");
    PartReference backbone =
        new PartReference(
            network.backbone(),
            "[1.0,2)",
            Map.of(
                "layers", generator.integer("num_hidden_layers"),
                "heads", generator.integer("num_attention_heads"),
                "width", width,
                "mlp-width", network.mlpWidth(generator.integer("intermediate_size"), width)),
            FILE,
            "backbone.");
    // Confidence is the logit of what was drawn.
    PartReference head =
        new PartReference(
            "categorical",
            "[1.1,2)",
            Map.of("draw", "exponential-race", "confidence", "logit"),
            FILE,
            "head.");
    Sampling sampling = Sampling.of(generator, "num_steps");
    int classes = generator.integer("condition_num_classes");
    refuseOthers(generator);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images as tokens that are unmasked by confidence",
            "Apache-2.0",
            new ConditionSpace(
                IntStream.range(0, classes).mapToObj(String::valueOf).toList(), false),
            Map.of(
                "tokenizer", tokenizer,
                "backbone", backbone,
                "head", head,
                "scheduler", sampling.scheduler()),
            sampling.guides(),
            Map.of()));
  }

  private static void refuseOthers(OfficialConfig generator) {
    generator.only("mask_schedule_strategy", "arccos");
    // Of training alone.
    generator.number("dropout", 0);
    generator.number("attn_drop", 0);
    generator.number("class_label_dropout", 0);
    for (String key : generator.unread()) {
      throw generator.refuse(key, "no such key", "a setting that is not served");
    }
  }

  /** Every copy of the generator that the case has. */
  @Override
  public void verify(RecordedCase recorded) {
    OfficialConfig config = OfficialConfig.of(NAME, recorded.configuration());
    String tensor = Network.of(config.section("model.generator")).tensor();
    for (List<Checkpoint> files : GeneratorTokenizer.copies(NAME, recorded.checkpoints(), tensor)) {
      new MaskgitCase(recorded, recorded.model(recorded.configuration(), files)).verify();
    }
  }
}
