package dev.seriatim.family.nar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NarFamilyTest {
  private static final Map<String, Object> TINY =
      Map.of("n_head", 4, "multiple_of", 16, "block_size", 16, "medusa_attention_num", 2);

  private static Layout tiny() {
    return new Layout("model.")
        .transformer(60, 3, 48, 128)
        .labels(10, 48)
        .with("medusa_norm.weight", 48)
        .with("medusa_output.weight", 60, 48);
  }

  private static Import read(Map<String, Object> configuration) {
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
    Layout other = new Layout("").transformer(60, 3, 48, 128).labels(10, 48);
    assertThatThrownBy(() -> new NarFamily().read(TINY, List.of(other)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("medusa_output.weight");
  }
}
