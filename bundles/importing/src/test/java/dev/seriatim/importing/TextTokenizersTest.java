package dev.seriatim.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.weights.Checkpoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTokenizersTest {
  private static final TextIds IDS = new TextIds(50, 64, null, List.of(49L));
  private static final Checkpoint NETWORK = new MemoryCheckpoint("model").with("wte.weight", 2);

  private final KeyMap keys = new KeyMap();

  private PartReference among(Checkpoint... checkpoints) {
    keys.from(StateDict.require("tiny", List.of(checkpoints), "wte.weight"));
    return TextTokenizers.among(List.of(checkpoints), IDS, keys);
  }

  private static Checkpoint file(String name, int bytes) {
    return new MemoryCheckpoint(name).with(name, bytes);
  }

  @Test
  void withoutFilesIdsAreTheMedia() {
    assertThat(among(NETWORK))
        .isEqualTo(PartReference.of("ids", "[1.0,2)", Map.of("vocabulary", 50, "length", 64)));
    assertThat(keys.weights()).isEmpty();
  }

  @Test
  void theDescriptionIsPreferredAndSettingsGoAlong() {
    PartReference tokenizer =
        among(
            file("vocab.json", 7),
            file("merges.txt", 8),
            NETWORK,
            file("tokenizer.json", 9),
            file("tokenizer_config.json", 5));
    assertThat(tokenizer.id()).isEqualTo("text.huggingface");
    assertThat(tokenizer.config())
        .isEqualTo(
            Map.of(
                "context", 64,
                "vocabulary", 50,
                "tokenizer-bytes", 9,
                "settings-bytes", 5,
                "ends", List.of(49L)));
    assertThat(keys.weights())
        .isEqualTo(
            Map.of(
                "tokenizer.tokenizer.json", Source.of(3, "tokenizer.json"),
                "tokenizer.tokenizer_config.json", Source.of(4, "tokenizer_config.json")));
    assertThat(tokenizer.prefix()).isEqualTo("tokenizer.");
  }

  @Test
  void theFilesOfGpt2WillDo() {
    assertThat(among(file("merges.txt", 8), NETWORK, file("vocab.json", 7)).config())
        .containsEntry("vocabulary-bytes", 7)
        .containsEntry("merges-bytes", 8)
        .doesNotContainKeys("tokenizer-bytes", "settings-bytes", "begin");
    assertThat(among(NETWORK, file("vocab.json", 7)).id()).isEqualTo("ids");
  }

  @Test
  void theKeysSpeakOnOfTheNetwork() {
    among(file("tokenizer.json", 9), NETWORK);
    keys.map("wte.weight", "backbone.embedding");
    assertThat(keys.weights())
        .containsEntry("backbone.embedding", Source.of(1, "wte.weight"))
        .containsEntry("tokenizer.tokenizer.json", Source.of(0, "tokenizer.json"));
  }

  @Test
  void endsAreANumberAListOrNone() {
    assertThat(ids(Map.of("eos_token_id", 3)).ends()).containsExactly(3L);
    assertThat(ids(Map.of("eos_token_id", List.of(3, 4.0))).ends()).containsExactly(3L, 4L);
    assertThat(ids(Map.of()).ends()).isEmpty();
    assertThatThrownBy(() -> ids(Map.of("eos_token_id", List.of(3, 10))))
        .isInstanceOf(PartException.class)
        .hasMessage("tiny: eos_token_id: expected ids from 0 to 9, found 10");
    assertThatThrownBy(() -> ids(Map.of("eos_token_id", "</s>")))
        .isInstanceOf(PartException.class)
        .hasMessage("tiny: eos_token_id: expected a whole number, found </s>");
  }

  private static TextIds ids(Map<String, ?> config) {
    return TextIds.of(OfficialConfig.of("tiny", config), 10, 8);
  }
}
