package dev.seriatim.family.llamagen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.backbone.llamagen.internal.LlamaGenFactory;
import dev.seriatim.guides.internal.ClassifierFreeFactory;
import dev.seriatim.guides.internal.TemperatureFactory;
import dev.seriatim.guides.internal.TopKFactory;
import dev.seriatim.guides.internal.TopPFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaGenFamilyTest extends FamilyContract {
  private static final Map<String, Object> TINY =
      Map.of("n_head", 3, "multiple_of", 32, "block_size", 25);

  @Override
  protected Family family() {
    return new LlamaGenFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "llamagen", new LlamaGenFactory(),
        "categorical", new CategoricalHeadFactory(),
        "raster", new RasterFactory(),
        "cfg", new ClassifierFreeFactory(),
        "temperature", new TemperatureFactory(),
        "top-k", new TopKFactory(),
        "top-p", new TopPFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return Map.of("gpt", TINY);
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(tiny("model."));
  }

  @Override
  protected String tensor() {
    return "model.layers.1.attention.wo.weight";
  }

  /** Settings that the tensors do not have, and such as are not served. */
  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Object> wrong = new HashMap<>();
    wrong.put("dim", 64);
    wrong.put("n_layer", 3);
    wrong.put("n_head", 5);
    wrong.put("n_kv_head", 1);
    wrong.put("multiple_of", 256);
    wrong.put("num_classes", 1000);
    wrong.put("vocab_size", 16384);
    wrong.put("block_size", 26);
    wrong.put("model_type", "t2i");
    wrong.put("sliding_window", 4);
    Map<String, Map<String, ?>> refused = new HashMap<>();
    wrong.forEach(
        (key, value) ->
            refused.put(
                "llamagen: gpt." + key + ": expected", Map.of("gpt", tinyWith(key, value))));
    refused.put("class_dropout_prob", Map.of("gpt", tinyWith("class_dropout_prob", 0)));
    refused.put("gpt.n_head", Map.of("gpt", Map.of("multiple_of", 32, "block_size", 25)));
    return refused;
  }

  private static CheckpointLayout tiny(String wrapper) {
    return OfficialLayout.labelled(wrapper, 64, 2, 48, 128, 10);
  }

  private static Import readGpt(Map<String, Object> gpt, Checkpoint... checkpoints) {
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
    CheckpointLayout layout = OfficialLayout.labelled("", 16384, layers, width, mlp, 1000);
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
    Import bare = readGpt(TINY, tiny(""));
    Import nested = readGpt(TINY, tiny("model."));
    assertThat(nested.descriptor()).isEqualTo(bare.descriptor());
    assertThat(nested.weights().keySet()).isEqualTo(bare.weights().keySet());
    assertThat(nested.weights())
        .containsEntry("backbone.qkv.1", Source.of(0, "model.layers.1.attention.wqkv.weight"))
        .containsEntry("head.weight", Source.of(0, "model.output.weight"));
  }

  @Test
  void everyTensorIsTakenButThoseOfTraining() {
    CheckpointLayout layout = tiny("model.");
    int tensors = layout.tensors().size();
    layout = layout.copy().with("optimizer.state.0.exp_avg", 3);
    Import model = readGpt(TINY, layout);
    assertThat(model.weights()).hasSize(tensors);
    assertThat(model.ignored()).containsExactly(new Source.Key(0, "optimizer.state.0.exp_avg"));
  }

  @Test
  void captionsAreConditionsWhereThereIsAnEmbeddingForNone() {
    CheckpointLayout layout =
        OfficialLayout.transformer("", 64, 2, 48, 128)
            .with("cls_embedding.uncond_embedding", 12, 20)
            .with("cls_embedding.cap_proj.fc1.weight", 48, 20)
            .with("cls_embedding.cap_proj.fc2.weight", 48, 48);
    Import model = readGpt(tinyWith("model_type", "t2i"), layout);
    assertThat(model.descriptor().conditions())
        .isEqualTo(new ConditionSpace(List.of(), false, 12, 20));
    assertThat(model.weights()).containsKeys("backbone.uncaptioned", "backbone.caption_fc2");
    assertThatThrownBy(() -> readGpt(tinyWith("cls_token_num", 120), layout))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("cls_token_num: expected 12, found 120");
  }

  @Test
  void aCheckpointOfSomethingElseIsRefused() {
    assertThatThrownBy(() -> readGpt(TINY, new CheckpointLayout().with("wte.weight", 64, 48)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("tok_embeddings.weight");
  }
}
