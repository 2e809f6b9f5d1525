package dev.seriatim.family.llamagen.internal;

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
 * LlamaGen (Sun et al., "Autoregressive model beats diffusion: Llama for scalable image
 * generation", 2024), by labels or by captions. The configuration has the sections {@code gpt} and
 * {@code vq}, arguments of the official classes; both may be left out for published sizes. Without
 * the image tokenizer among the files, the model gives token ids.
 */
@Component(service = Family.class, property = Family.ID + "=" + LlamaGenFamily.NAME)
public final class LlamaGenFamily implements Family {
  static final String NAME = "llamagen";

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
    StateDict tensors = StateDict.require(NAME, checkpoints, LlamaGenNetwork.TENSOR);
    LlamaGenNetwork network = new LlamaGenNetwork(tensors, section(config, "gpt"), 0);
    Grid grid = network.grid();
    ConditionSpace conditions = network.conditions();
    KeyMap keys = new KeyMap();
    network.map(keys, BACKBONE);
    keys.map("norm.weight", BACKBONE + "norm_w").map("output.weight", HEAD + "weight");
    PartReference backbone = new PartReference(NAME, "[1.0,2)", network.backbone(), FILE, BACKBONE);
    PartReference head =
        new PartReference(
            "categorical",
            "[1.1,2)",
            Map.of("bias", false, "draw", "exponential-race"),
            FILE,
            HEAD);
    network.refuseOthers();
    PartReference tokenizer =
        LlamaGenTokenizer.among(
            checkpoints,
            section(config, "vq"),
            grid,
            network.vocabulary(),
            keys,
            "tokenizer.safetensors",
            ProvidesPart.TOKENIZER + ".");
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images token by token, as a language model writes",
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
                PartReference.of("raster", "[1.0,2)", Map.of())),
            guides(Sampling.DEFAULT),
            Map.of()));
  }

  private static OfficialConfig section(OfficialConfig config, String key) {
    return config.has(key) ? config.section(key) : OfficialConfig.of(NAME, Map.of());
  }

  /** The official interval counts steps from 0 at the second token. */
  static List<PartReference> guides(Sampling sampling) {
    return sampling.guides(sampling.interval() < 0 ? -1 : sampling.interval() + 1);
  }

  /** Every copy of the transformer that the case has. */
  @Override
  public void verify(RecordedCase recorded) {
    for (List<Checkpoint> files :
        LlamaGenTokenizer.copies(NAME, recorded.checkpoints(), LlamaGenNetwork.TENSOR)) {
      new LlamaGenCase(recorded, recorded.model(recorded.configuration(), files)).verify();
    }
  }
}
