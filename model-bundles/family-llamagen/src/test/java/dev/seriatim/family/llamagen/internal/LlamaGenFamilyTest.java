package dev.seriatim.family.llamagen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.weights.Checkpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaGenFamilyTest {
  private static final Map<String, Object> TINY =
      Map.of("n_head", 3, "multiple_of", 32, "block_size", 25);

  private static Layout tiny(String wrapper) {
    return new Layout(wrapper).transformer(64, 2, 48, 128).labels(10, 48);
  }

  private static Import read(Map<String, Object> gpt, Checkpoint... checkpoints) {
    return new LlamaGenFamily().read(Map.of("gpt", gpt), List.of(checkpoints));
  }

  private static Map<String, Object> tinyWith(String key, Object value) {
    Map<String, Object> changed = new HashMap<>(TINY);
    changed.put(key, value);
    return changed;
  }

  private static Map<String, Object> config(Import model, String kind) {
    return model.descriptor().parts().get(kind).config();
  }

  @ParameterizedTest(name = "{0} layers of width {1}")
  @CsvSource({
    "12, 768, 12, 2048", "24, 1024, 16, 2816", "36, 1280, 20, 3584", "48, 1536, 24, 4096",
    "48, 2560, 40, 6912", "22, 2048, 32, 5632", "24, 3200, 32, 8704", "32, 4096, 32, 11008"
  })
  void publishedSizesNeedNoConfiguration(int layers, int width, int heads, int mlp) {
    Layout layout = new Layout("").transformer(16384, layers, width, mlp).labels(1000, width);
    Import model = new LlamaGenFamily().read(Map.of(), List.of(layout));
    assertThat(config(model, "backbone"))
        .containsEntry("layers", layers)
        .containsEntry("heads", heads)
        .containsEntry("key-heads", 0)
        .containsEntry("width", width)
        .containsEntry("mlp-width", mlp);
    assertThat(model.descriptor().parts().get("tokenizer"))
        .isEqualTo(
            PartReference.of(
                "ids", "[1.0,2)", Map.of("vocabulary", 16384, "rows", 16, "columns", 16)));
    assertThat(model.descriptor().conditions().labels()).hasSize(1000);
  }

  @Test
  void bothLayoutsGiveTheSameModel() {
    Import bare = read(TINY, tiny(""));
    Import nested = read(TINY, tiny("model."));
    assertThat(nested.descriptor()).isEqualTo(bare.descriptor());
    assertThat(nested.weights().keySet()).isEqualTo(bare.weights().keySet());
    assertThat(nested.weights())
        .containsEntry("backbone.qkv.1", Source.of(0, "model.layers.1.attention.wqkv.weight"))
        .containsEntry("head.weight", Source.of(0, "model.output.weight"));
  }

  @Test
  void everyTensorIsTakenButThoseOfTraining() {
    Layout layout = tiny("model.");
    int tensors = layout.tensors().size();
    layout.tensors().putAll(new Layout("optimizer.").with("state.0.exp_avg", 3).tensors());
    Import model = read(TINY, layout);
    assertThat(model.weights()).hasSize(tensors);
    assertThat(model.ignored()).containsExactly(new Source.Key(0, "optimizer.state.0.exp_avg"));
  }

  @Test
  void captionsAreConditionsWhereThereIsAnEmbeddingForNone() {
    Layout layout =
        new Layout("")
            .transformer(64, 2, 48, 128)
            .with("cls_embedding.uncond_embedding", 12, 20)
            .with("cls_embedding.cap_proj.fc1.weight", 48, 20)
            .with("cls_embedding.cap_proj.fc2.weight", 48, 48);
    Import model = read(tinyWith("model_type", "t2i"), layout);
    assertThat(model.descriptor().conditions())
        .isEqualTo(new ConditionSpace(List.of(), false, 12, 20));
    assertThat(model.weights()).containsKeys("backbone.uncaptioned", "backbone.caption_fc2");
    assertThatThrownBy(() -> read(tinyWith("cls_token_num", 120), layout))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("cls_token_num: expected 12, found 120");
  }

  @Test
  void settingsThatTheTensorsDoNotHaveAreRefused() {
    Map<String, Object> wrong =
        Map.of(
            "dim", 64,
            "n_layer", 3,
            "n_head", 5,
            "n_kv_head", 1,
            "multiple_of", 256,
            "num_classes", 1000,
            "vocab_size", 16384,
            "block_size", 26,
            "model_type", "t2i");
    wrong.forEach(
        (key, value) ->
            assertThatThrownBy(() -> read(tinyWith(key, value), tiny("")))
                .as(key)
                .isInstanceOf(PartException.class)
                .hasMessageStartingWith("llamagen: gpt." + key + ": expected")
                .hasMessageContaining("found " + value));
  }

  @Test
  void settingsThatAreNotServedAreRefused() {
    assertThatThrownBy(() -> read(tinyWith("sliding_window", 4), tiny("")))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("gpt.sliding_window: expected no such key");
    assertThatThrownBy(() -> read(tinyWith("class_dropout_prob", 0), tiny("")))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("class_dropout_prob");
  }

  @Test
  void unpublishedWidthsNeedTheirHeads() {
    assertThatThrownBy(() -> read(Map.of("multiple_of", 32, "block_size", 25), tiny("")))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("gpt.n_head");
  }

  @Test
  void aCheckpointOfSomethingElseIsRefused() {
    assertThatThrownBy(() -> read(TINY, new Layout("").with("wte.weight", 64, 48)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("tok_embeddings.weight");
  }
}
