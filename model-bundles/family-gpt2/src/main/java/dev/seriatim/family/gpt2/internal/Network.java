package dev.seriatim.family.gpt2.internal;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.StateDict;
import dev.seriatim.importing.TextIds;
import dev.seriatim.importing.TextTokenizers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint's network: {@code wte}, {@code wpe}, {@code h.{i}}, {@code ln_f}, with or without
 * {@code transformer.} before them.
 *
 * @param tensors of the network, from {@code transformer.} on
 * @param prefix {@code transformer.}, or nothing
 */
record Network(StateDict tensors, String prefix) {
  private static final String TABLE = "wte.weight";
  private static final String HEAD = "lm_head.weight";
  private static final String FILE = "model.safetensors";

  /** What nanoGPT's training and torch.compile put before names, the innermost first. */
  private static final String[] WRAPPERS = {
    "", "model.", "_orig_mod.", "model._orig_mod.", "module.", "model.module.", "state_dict."
  };

  /**
   * What the configuration says, in terms of the part {@code transformer.causal}.
   *
   * @param backbone configuration of the part
   * @param ids of the model
   * @param tied whether the head is the table of tokens
   */
  record Size(Map<String, Object> backbone, TextIds ids, boolean tied) {}

  /** The network among checkpoints; empty where there is none. */
  static Optional<Network> among(List<Checkpoint> checkpoints) {
    for (String prefix : List.of("transformer.", "")) {
      Optional<StateDict> tensors = StateDict.find(checkpoints, prefix + TABLE, WRAPPERS);
      if (tensors.isPresent()) {
        return Optional.of(new Network(tensors.get(), prefix));
      }
    }
    return Optional.empty();
  }

  /**
   * The network among checkpoints.
   *
   * @throws dev.seriatim.api.part.PartException when there is none
   */
  static Network require(String family, List<Checkpoint> checkpoints) {
    return among(checkpoints)
        .orElseGet(() -> new Network(StateDict.require(family, checkpoints, TABLE, WRAPPERS), ""));
  }

  /**
   * Whether linear layers are stored [in, out], as Hugging Face's {@code Conv1D} has them: then the
   * first axis of the layer that makes q, k and v is the width.
   */
  boolean isHub() {
    String layer = prefix + "h.0.attn.c_attn.weight";
    return tensors.has(layer)
        && tensors.shape(layer).dimension() == 2
        && tensors.size(layer, 1) == 3 * tensors.size(layer, 0);
  }

  /** How many files of checkpoints have networks of their own; each is one. */
  static List<Checkpoint> files(List<Checkpoint> checkpoints) {
    return checkpoints.stream().filter(file -> among(List.of(file)).isPresent()).toList();
  }

  /** The wiring, with all tensors mapped. */
  Import described(String name, String title, Size size, List<Checkpoint> checkpoints) {
    boolean bias = (Boolean) size.backbone().get("bias");
    KeyMap keys = map(bias, size.tied());
    PartReference tokenizer = TextTokenizers.among(checkpoints, size.ids(), keys);
    Map<String, PartReference> parts = new LinkedHashMap<>();
    parts.put("tokenizer", tokenizer);
    parts.put(
        "backbone",
        new PartReference("transformer.causal", "[1.1,2)", size.backbone(), FILE, "backbone."));
    parts.put(
        "head",
        new PartReference(
            "categorical",
            "[1.1,2)",
            Map.of("bias", false, "draw", "exponential-race"),
            FILE,
            "head."));
    parts.put("scheduler", PartReference.of("raster", "[1.0,2)", Map.of()));
    boolean text = !tokenizer.id().equals("ids");
    return keys.describedBy(
        new ModelDescriptor(
            name,
            "1.0.0",
            title,
            "MIT",
            new ConditionSpace(List.of(), text),
            parts,
            List.of(),
            Map.of()));
  }

  private KeyMap map(boolean bias, boolean tied) {
    KeyMap keys =
        new KeyMap()
            .from(tensors)
            .map(prefix + TABLE, "backbone.wte")
            .map(prefix + "wpe.weight", "backbone.wpe")
            .map(prefix + "ln_f.weight", "backbone.lnf_w")
            // The causal mask, and what is put in its place.
            .ignore(prefix + "h.{i}.attn.bias", prefix + "h.{i}.attn.masked_bias");
    if (bias) {
      keys.map(prefix + "ln_f.bias", "backbone.lnf_b");
    }
    norm(keys, "ln_1", "ln1", bias);
    linear(keys, "attn.c_attn", "attn", bias);
    linear(keys, "attn.c_proj", "proj", bias);
    norm(keys, "ln_2", "ln2", bias);
    linear(keys, "mlp.c_fc", "fc", bias);
    linear(keys, "mlp.c_proj", "out", bias);
    if (tied) {
      keys.map(prefix + TABLE, "head.weight").ignore(HEAD);
    } else {
      keys.map(HEAD, "head.weight");
    }
    // What nanoGPT's training keeps beside the network.
    return keys.from(tensors.whole())
        .ignore("optimizer.{*}", "best_val_loss", "iter_num")
        .from(tensors);
  }

  private void norm(KeyMap keys, String layer, String weight, boolean bias) {
    String name = prefix + "h.{i}." + layer;
    keys.map(name + ".weight", "backbone." + weight + "_w.{i}");
    if (bias) {
      keys.map(name + ".bias", "backbone." + weight + "_b.{i}");
    }
  }

  private void linear(KeyMap keys, String layer, String weight, boolean bias) {
    String name = prefix + "h.{i}." + layer;
    if (isHub()) {
      keys.transpose(name + ".weight", "backbone." + weight + "_w.{i}");
    } else {
      keys.map(name + ".weight", "backbone." + weight + "_w.{i}");
    }
    if (bias) {
      keys.map(name + ".bias", "backbone." + weight + "_b.{i}");
    }
  }
}
