package dev.seriatim.family.mamba.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.importing.TextTokenizers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * Mamba (Gu and Dao, "Mamba: linear-time sequence modeling with selective state spaces", 2023) as
 * its authors publish it ({@code backbone.embedding}) and as the Hugging Face library saves it
 * ({@code backbone.embeddings}). The network knows no longest text; canvases are as long as the
 * published models were trained on, or as {@code context_length} says.
 */
@Component(service = Family.class, property = Family.ID + "=" + MambaFamily.NAME)
public final class MambaFamily implements Family {
  static final String NAME = "mamba";

  private static final String EMBEDDING = "backbone.embedding.weight";
  private static final String HUB_EMBEDDING = "backbone.embeddings.weight";
  private static final String HEAD = "lm_head.weight";
  private static final String FILE = "model.safetensors";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    StateDict tensors =
        StateDict.find(checkpoints, HUB_EMBEDDING)
            .orElseGet(() -> StateDict.require(NAME, checkpoints, EMBEDDING));
    boolean hub = tensors.has(HUB_EMBEDDING);
    String embedding = hub ? HUB_EMBEDDING : EMBEDDING;
    int vocabulary = tensors.size(embedding, 0);
    Network network =
        hub ? Network.ofHub(config, vocabulary) : Network.ofAuthors(config, vocabulary);
    KeyMap keys = map(tensors, embedding, network);
    PartReference tokenizer = TextTokenizers.among(checkpoints, network.ids(), keys);
    Map<String, PartReference> parts = new LinkedHashMap<>();
    parts.put("tokenizer", tokenizer);
    parts.put(
        "backbone", new PartReference(NAME, "[1.0,2)", network.backbone(), FILE, "backbone."));
    parts.put(
        "head",
        new PartReference(
            "categorical",
            "[1.1,2)",
            Map.of("bias", false, "draw", "exponential-race"),
            FILE,
            "head."));
    parts.put("scheduler", PartReference.of("raster", "[1.0,2)", Map.of()));
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Mamba",
            "Apache-2.0",
            new ConditionSpace(List.of(), !tokenizer.id().equals("ids")),
            parts,
            List.of(),
            Map.of()));
  }

  private static KeyMap map(StateDict tensors, String embedding, Network network) {
    String layer = "backbone.layers.{i}.";
    String mixer = layer + "mixer.";
    KeyMap keys =
        new KeyMap()
            .from(tensors)
            .map(embedding, "backbone.embedding")
            .map(layer + "norm.weight", "backbone.norm_w.{i}")
            .map(mixer + "in_proj.weight", "backbone.in_w.{i}")
            .reshape(mixer + "conv1d.weight", "backbone.conv_w.{i}")
            .map(mixer + "x_proj.weight", "backbone.x_w.{i}")
            .map(mixer + "dt_proj.weight", "backbone.dt_w.{i}")
            .map(mixer + "dt_proj.bias", "backbone.dt_b.{i}")
            .map(mixer + "A_log", "backbone.a_log.{i}")
            .map(mixer + "D", "backbone.d.{i}")
            .map(mixer + "out_proj.weight", "backbone.out_w.{i}")
            .map("backbone.norm_f.weight", "backbone.final_w");
    if (network.convolutionBias()) {
      keys.map(mixer + "conv1d.bias", "backbone.conv_b.{i}");
    }
    if (network.bias()) {
      keys.map(mixer + "in_proj.bias", "backbone.in_b.{i}")
          .map(mixer + "out_proj.bias", "backbone.out_b.{i}");
    }
    if (network.tied()) {
      return keys.map(embedding, "head.weight").ignore(HEAD);
    }
    return keys.map(HEAD, "head.weight");
  }

  /** Every network that the case has. */
  @Override
  public void verify(RecordedCase recorded) {
    for (Checkpoint file : recorded.checkpoints()) {
      List<Checkpoint> files = List.of(file);
      if (StateDict.find(files, EMBEDDING).isPresent()
          || StateDict.find(files, HUB_EMBEDDING).isPresent()) {
        new MambaCase(recorded, recorded.model(recorded.configuration(file), files)).verify();
      }
    }
  }
}
