package dev.seriatim.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateDictTest {
  private final List<Checkpoint> checkpoints =
      List.of(
          new MemoryCheckpoint("a.pth").with("model.w", 2, 3).with("model_ema.w", 2, 3),
          new MemoryCheckpoint("b.pth").with("w", 4).with("layers.0.x", 1).with("layers.11.x", 1));

  @Test
  void theFirstWrapperThatFitsIsTakenOff() {
    assertThat(StateDict.require("f", checkpoints, "w").checkpoint()).isEqualTo(1);
    StateDict averaged = StateDict.require("f", checkpoints, "w", "model_ema.", "model.");
    assertThat(averaged.checkpoint()).isZero();
    assertThat(averaged.names()).containsExactly("w");
    assertThat(averaged.shape("w")).isEqualTo(new Shape(2, 3));
    assertThat(averaged.size("w", 1)).isEqualTo(3);
    assertThat(averaged.whole().names()).containsExactly("model.w", "model_ema.w");
    assertThat(averaged.metadata()).containsEntry("epoch", "3");
  }

  @Test
  void listsOfModulesAreCounted() {
    StateDict dict = StateDict.require("f", checkpoints, "layers.0.x");
    assertThat(dict.count("layers.")).isEqualTo(12);
    assertThat(dict.count("blocks.")).isZero();
    assertThat(dict.hasUnder("layers.")).isTrue();
    assertThat(dict.has("layers.")).isFalse();
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThat(StateDict.find(checkpoints, "v")).isEmpty();
    assertThatThrownBy(() -> StateDict.require("f", checkpoints, "v"))
        .isInstanceOf(PartException.class)
        .hasMessage("f: checkpoints: expected one with the tensor v, found none in a.pth, b.pth");
    assertThatThrownBy(() -> StateDict.require("f", List.of(), "v"))
        .isInstanceOf(PartException.class)
        .hasMessageEndingWith("found none");
    StateDict dict = StateDict.require("f", checkpoints, "w", "model.");
    assertThatThrownBy(() -> dict.shape("v"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("a.pth: tensor model.v: expected one of that name, found none");
    assertThatThrownBy(() -> dict.size("w", 2))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("a.pth: tensor model.w: expected at least 3 axes, found shape (2, 3)");
  }
}
