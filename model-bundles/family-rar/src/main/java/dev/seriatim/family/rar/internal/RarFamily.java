package dev.seriatim.family.rar.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
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
 * RAR (Yu et al., "Randomized autoregressive visual generation", 2024). The configuration is the
 * official one, with the sections {@code model.vq_model} and {@code model.generator}.
 */
@Component(service = Family.class, property = Family.ID + "=" + RarFamily.NAME)
public final class RarFamily implements Family {
  static final String NAME = "rar";

  /** A tensor by which the generator is known. */
  private static final String TENSOR = "target_aware_pos_embed";

  private static final String FILE = "generator.safetensors";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    OfficialConfig generator = config.section("model.generator");
    StateDict state = StateDict.require(NAME, checkpoints, TENSOR);
    KeyMap keys = map(state);
    PartReference tokenizer =
        GeneratorTokenizer.among(
            checkpoints, config, layout(generator.integer("image_seq_len")), keys);
    PartReference backbone =
        new PartReference(
            "rar",
            "[1.0,2)",
            Map.of(
                "layers", generator.integer("num_hidden_layers"),
                "heads", generator.integer("num_attention_heads"),
                "width", generator.integer("hidden_size"),
                "mlp-width", mlpWidth(generator),
                "position-rows", state.size("pos_embed", 1),
                "time-rows", state.size("timesteps_embeddings", 1)),
            FILE,
            "backbone.");
    PartReference head =
        new PartReference(
            "categorical", "[1.1,2)", Map.of("draw", "exponential-race"), FILE, "head.");
    Sampling sampling = Sampling.of(generator);
    int classes = generator.integer("condition_num_classes");
    refuseOthers(generator);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images as tokens in any order",
            "Apache-2.0",
            new ConditionSpace(
                IntStream.range(0, classes).mapToObj(String::valueOf).toList(), false),
            Map.of(
                "tokenizer", tokenizer,
                "backbone", backbone,
                "head", head,
                "scheduler", Sampling.SCHEDULER),
            sampling.guides(),
            Map.of()));
  }

  /** The official code takes it by way of a ratio, and rounds down. */
  private static int mlpWidth(OfficialConfig generator) {
    int width = generator.integer("hidden_size");
    return (int) (width * ((double) generator.integer("intermediate_size") / width));
  }

  private static KeyMap map(StateDict state) {
    KeyMap keys =
        new KeyMap()
            .from(state)
            .reshape("cls_token", "backbone.start")
            .map("embeddings.weight", "backbone.embedding")
            .reshape("pos_embed", "backbone.position")
            .reshape("target_aware_pos_embed", "backbone.target")
            .reshape("timesteps_embeddings", "backbone.time")
            .ignore("attn_mask");
    for (String kind : List.of("weight", "bias")) {
      String suffix = "_" + kind.charAt(0);
      String block = "blocks.{i}.";
      keys.map(block + "norm1." + kind, "backbone.norm1" + suffix + ".{i}")
          .map(block + "attn.qkv." + kind, "backbone.qkv" + suffix + ".{i}")
          .map(block + "attn.q_norm." + kind, "backbone.q_norm" + suffix + ".{i}")
          .map(block + "attn.k_norm." + kind, "backbone.k_norm" + suffix + ".{i}")
          .map(block + "attn.proj." + kind, "backbone.proj" + suffix + ".{i}")
          .map(block + "norm2." + kind, "backbone.norm2" + suffix + ".{i}")
          .map(block + "mlp.fc1." + kind, "backbone.fc" + suffix + ".{i}")
          .map(block + "mlp.fc2." + kind, "backbone.out" + suffix + ".{i}")
          .map(block + "adaLN_modulation.1." + kind, "backbone.adaln" + suffix + ".{i}")
          .map("adaln_before_head.adaLN_modulation.1." + kind, "backbone.final" + suffix)
          .map("lm_head." + kind, "head." + kind);
    }
    return keys;
  }

  /** Images are square; tokens of any other number are a sequence. */
  private static Layout layout(int tokens) {
    int side = (int) Math.round(Math.sqrt(tokens));
    return side * side == tokens ? new Grid(side, side) : new Sequence(tokens);
  }

  private static void refuseOthers(OfficialConfig generator) {
    // Of training alone.
    generator.number("dropout", 0);
    generator.number("attn_drop", 0);
    generator.number("class_label_dropout", 0);
    generator.flag("use_checkpoint", false);
    generator.number("randomness_anneal_start", 0);
    generator.number("randomness_anneal_end", 0);
    for (String key : generator.unread()) {
      throw generator.refuse(key, "no such key", "a setting that is not served");
    }
  }

  /** Every copy of the generator that the case has. */
  @Override
  public void verify(RecordedCase recorded) {
    for (List<Checkpoint> files : GeneratorTokenizer.copies(NAME, recorded.checkpoints(), TENSOR)) {
      new RarCase(recorded, recorded.model(recorded.configuration(), files)).verify();
    }
  }
}
