package dev.seriatim.importing;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.verification.Family.Source.Key;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyMapTest {
  private final MemoryCheckpoint vq =
      new MemoryCheckpoint("vq.pt")
          .with("encoder.down.0.block.0.w", 2)
          .with("encoder.down.0.block.1.w", 2)
          .with("encoder.down.0.downsample.w", 2)
          .with("encoder.down.1.block.0.w", 2)
          .with("encoder.down.1.block.1.w", 2)
          .with("encoder.down.1.attn.0.q", 2)
          .with("encoder.down.1.attn.1.q", 2)
          .with("quantize.embedding", 2);
  private final MemoryCheckpoint gpt =
      new MemoryCheckpoint("gpt.pt")
          .with("model.embed", 3)
          .with("model.layers.0.wq", 3)
          .with("model.layers.0.wk", 3)
          .with("model.layers.1.wq", 3)
          .with("model.layers.10.wq", 3)
          .with("model.layers.10.wk", 3)
          .with("model.freqs", 3)
          .with("optimizer.0.step", 1);

  private KeyMap from(MemoryCheckpoint checkpoint, String tensor) {
    return new KeyMap().from(StateDict.find(List.of(vq, gpt), tensor).orElseThrow());
  }

  @Test
  void aTensorIsFoundInItsCheckpointUnderItsWholeName() {
    assertThat(from(gpt, "embed").map("embed", "backbone.embedding").weights())
        .containsExactlyEntriesOf(Map.of("backbone.embedding", Source.of(1, "model.embed")));
  }

  @Test
  void aNumberRunsThroughAllLayersInOrderAndMissesNone() {
    assertThat(from(gpt, "embed").map("layers.{i}.wk", "k.{i}").weights())
        .containsExactly(
            entry("k.0", Source.of(1, "model.layers.0.wk")),
            entry("k.1", Source.of(1, "model.layers.1.wk")),
            entry("k.10", Source.of(1, "model.layers.10.wk")));
    assertThat(from(gpt, "embed").optional("layers.{i}.wk", "k.{i}").weights())
        .containsOnlyKeys("k.0", "k.10");
  }

  @Test
  void partsOfSeveralNetworksAreJoinedTensorByTensor() {
    MemoryCheckpoint first =
        new MemoryCheckpoint("0.pth").with("layers.0.q", 2).with("layers.0.k", 2);
    MemoryCheckpoint second =
        new MemoryCheckpoint("1.pth").with("layers.0.q", 2).with("layers.0.k", 2);
    List<StateDict> shards = StateDict.all(List.of(first, second), "layers.0.q", "");
    assertThat(
            new KeyMap()
                .join(shards, List.of("layers.{i}.q", "layers.{i}.k"), 1, "qk.{i}")
                .weights())
        .containsExactly(
            entry(
                "qk.0",
                new Source(
                    List.of(
                        new Key(0, "layers.0.q"),
                        new Key(1, "layers.0.q"),
                        new Key(0, "layers.0.k"),
                        new Key(1, "layers.0.k")),
                    1,
                    Form.SAME)));
  }

  @Test
  void severalNumbersNestAndHaveARunningNumber() {
    assertThat(
            from(vq, "quantize.embedding").map("encoder.down.{i}.block.{j}.w", "b.{n}").weights())
        .containsExactly(
            entry("b.0", Source.of(0, "encoder.down.0.block.0.w")),
            entry("b.1", Source.of(0, "encoder.down.0.block.1.w")),
            entry("b.2", Source.of(0, "encoder.down.1.block.0.w")),
            entry("b.3", Source.of(0, "encoder.down.1.block.1.w")));
    assertThat(
            from(vq, "quantize.embedding").map("encoder.down.{i}.attn.{j}.q", "{i}.{j}").weights())
        .containsOnlyKeys("1.0", "1.1");
  }

  @Test
  void aRestRunsThroughWhatIsThere() {
    assertThat(from(vq, "quantize.embedding").map("encoder.down.1.{*}", "last.{*}").weights())
        .containsOnlyKeys("last.block.0.w", "last.block.1.w", "last.attn.0.q", "last.attn.1.q");
  }

  @Test
  void formsAndJoinsAreStated() {
    KeyMap keys =
        from(gpt, "embed")
            .transpose("embed", "a")
            .reshape("freqs", "b")
            .join(List.of("layers.{i}.wq", "layers.{i}.wk"), "qk.{i}", Form.RESHAPED);
    assertThat(keys.weights())
        .containsEntry("a", new Source(1, List.of("model.embed"), Form.TRANSPOSED))
        .containsEntry("b", new Source(1, List.of("model.freqs"), Form.RESHAPED))
        .containsEntry(
            "qk.1",
            new Source(1, List.of("model.layers.1.wq", "model.layers.1.wk"), Form.RESHAPED));
  }

  @Test
  void whatIsIgnoredIsThere() {
    KeyMap keys = from(gpt, "embed").ignore("freqs", "absent", "layers.{i}.absent");
    StateDict whole = StateDict.find(List.of(vq, gpt), "embed").orElseThrow().whole();
    keys.from(whole).ignore("optimizer.{*}");
    assertThat(keys.describedBy(null).ignored())
        .containsExactlyInAnyOrder(new Key(1, "model.freqs"), new Key(1, "optimizer.0.step"));
  }

  @Test
  void mappingAWeightTwiceIsAMistake() {
    KeyMap keys = from(gpt, "embed").map("embed", "a");
    assertThatThrownBy(() -> keys.map("freqs", "a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The weight a is mapped twice");
  }
}
