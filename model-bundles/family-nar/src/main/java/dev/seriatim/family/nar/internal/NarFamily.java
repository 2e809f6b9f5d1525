package dev.seriatim.family.nar.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.family.llamagen.LlamaGenNetwork;
import dev.seriatim.family.llamagen.LlamaGenTokenizer;
import dev.seriatim.family.llamagen.Sampling;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * NAR (He et al., "Neighboring autoregressive modeling for efficient visual generation", 2025), by
 * labels or by captions: LlamaGen's transformer with a second output for the token below, decoded
 * by anti-diagonals. The configuration is the official {@code ModelArgs}, by itself or as the
 * section {@code gpt} beside a section {@code vq} for LlamaGen's image tokenizer; without that
 * tokenizer among the files, the model gives token ids.
 */
@Component(service = Family.class, property = Family.ID + "=" + NarFamily.NAME)
public final class NarFamily implements Family {
  static final String NAME = "nar";

  /** A tensor that only this network has. */
  private static final String TENSOR = "medusa_output.weight";

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
    OfficialConfig args = config.has("gpt") ? config.section("gpt") : config;
    OfficialConfig vq = config.has("vq") ? config.section("vq") : OfficialConfig.of(NAME, Map.of());
    StateDict tensors = StateDict.require(NAME, checkpoints, TENSOR);
    int below = args.integer("medusa_attention_num", 1);
    LlamaGenNetwork network = new LlamaGenNetwork(tensors, args, below);
    Grid grid = network.grid();
    ConditionSpace conditions = network.conditions();
    KeyMap keys = map(network);
    PartReference backbone =
        new PartReference(
            NAME,
            "[1.0,2)",
            Map.of("network", network.backbone(), "below-layers", below),
            FILE,
            BACKBONE);
    PartReference head =
        new PartReference("neighbour", "[1.0,2)", Map.of("draw", "exponential-race"), FILE, HEAD);
    network.refuseOthers();
    PartReference tokenizer =
        LlamaGenTokenizer.among(
            checkpoints,
            vq,
            grid,
            network.vocabulary(),
            keys,
            "tokenizer.safetensors",
            ProvidesPart.TOKENIZER + ".");
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images by neighbours, an anti-diagonal at once",
            "MIT",
            conditions,
            Map.of(
                ProvidesPart.TOKENIZER,
                tokenizer,
                ProvidesPart.BACKBONE,
                backbone,
                ProvidesPart.HEAD,
                head,
                ProvidesPart.SCHEDULER,
                PartReference.of("neighbour", "[1.0,2)", Map.of())),
            guides(Sampling.DEFAULT),
            Map.of()));
  }

  /** The output to the right has the names that LlamaGen's has. */
  private static KeyMap map(LlamaGenNetwork network) {
    KeyMap keys = new KeyMap();
    network.map(keys, BACKBONE);
    return keys.map("norm.weight", BACKBONE + "right_norm")
        .map("medusa_norm.weight", BACKBONE + "below_norm")
        .map("output.weight", HEAD + "right_w")
        .map("medusa_output.weight", HEAD + "below_w");
  }

  /** The official interval counts the tokens that there are. */
  static List<PartReference> guides(Sampling sampling) {
    return sampling.guides(Math.max(sampling.interval(), -1));
  }

  /** Every copy of the transformer that the case has. */
  @Override
  public void verify(RecordedCase recorded) {
    for (List<Checkpoint> files : LlamaGenTokenizer.copies(NAME, recorded.checkpoints(), TENSOR)) {
      new NarCase(recorded, recorded.model(recorded.configuration(), files)).verify();
    }
  }
}
