package dev.seriatim.family.nar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.backbone.nar.internal.NarFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.guides.internal.TopKFactory;
import dev.seriatim.guides.internal.TopPFactory;
import dev.seriatim.head.categorical.internal.NeighbourHeadFactory;
import dev.seriatim.schedulers.internal.NeighbourFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NarFamilyTest extends FamilyContract {
  private static final Map<String, Object> TINY =
      Map.of("n_head", 4, "multiple_of", 16, "block_size", 16, "medusa_attention_num", 2);

  @Override
  protected Family family() {
    return new NarFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "nar", new NarFactory(),
        "head:neighbour", new NeighbourHeadFactory(),
        "scheduler:neighbour", new NeighbourFactory(),
        "cfg", new ClassifierFreeFactory(),
        "temperature", new TemperatureFactory(),
        "top-k", new TopKFactory(),
        "top-p", new TopPFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return TINY;
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(tiny());
  }

  @Override
  protected String tensor() {
    return "model.layers.1.attention.wo.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Object> wider = new HashMap<>(TINY);
    wider.put("dim", 64);
    Map<String, Object> rope = new HashMap<>(TINY);
    rope.put("sliding_window", 4);
    return Map.of("dim: expected", wider, "sliding_window", rope);
  }

  private static CheckpointLayout tiny() {
    return transformer("model.")
        .with("medusa_norm.weight", 48)
        .with("medusa_output.weight", 60, 48);
  }

  /** LlamaGen's transformer under labels. */
  private static CheckpointLayout transformer(String wrapper) {
    CheckpointLayout layout =
        new CheckpointLayout(wrapper)
            .with("tok_embeddings.weight", 60, 48)
            .with("cls_embedding.embedding_table.weight", 11, 48)
            .with("norm.weight", 48)
            .with("output.weight", 60, 48);
    for (int i = 0; i < 3; i++) {
      String layer = "layers." + i + ".";
      layout
          .with(layer + "attention_norm.weight", 48)
          .with(layer + "attention.wqkv.weight", 3 * 48, 48)
          .with(layer + "attention.wo.weight", 48, 48)
          .with(layer + "ffn_norm.weight", 48)
          .with(layer + "feed_forward.w1.weight", 128, 48)
          .with(layer + "feed_forward.w3.weight", 128, 48)
          .with(layer + "feed_forward.w2.weight", 48, 128);
    }
    return layout;
  }

  private static Import read(Map<String, ?> configuration) {
    return new NarFamily().read(configuration, List.of(tiny()));
  }

  @Test
  void theLastBlocksLeadToTheOutputBelow() {
    Import model = read(TINY);
    Map<String, Object> backbone = model.descriptor().parts().get("backbone").config();
    assertThat(backbone).containsEntry("below-layers", 2);
    assertThat((Map<?, ?>) backbone.get("network"))
        .satisfies(network -> assertThat(network.get("layers")).isEqualTo(1));
    assertThat(model.descriptor().parts())
        .containsEntry("scheduler", PartReference.of("neighbour", "[1.0,2)", Map.of()));
    assertThat(model.weights())
        .hasSize(tiny().tensors().size())
        .containsEntry("head.right_w", Source.of(0, "model.output.weight"))
        .containsEntry("head.below_w", Source.of(0, "model.medusa_output.weight"))
        .containsEntry("backbone.below_norm", Source.of(0, "model.medusa_norm.weight"));
  }

  @Test
  void theArgumentsMayStandInASection() {
    assertThat(read(Map.of("gpt", TINY)).descriptor()).isEqualTo(read(TINY).descriptor());
  }

  @Test
  void llamaGensCheckpointIsRefused() {
    assertThatThrownBy(() -> new NarFamily().read(TINY, List.of(transformer(""))))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("medusa_output.weight");
  }
}
