package dev.seriatim.family.llama.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes are those of the published configurations. */
class Qwen3FamilyTest extends FamilyContract {
  private static final Map<String, Object> SMALLEST =
      published(Layouts.config("qwen3", 1024, 28, 16, 8, 3072, 151936, true));

  /** What published configurations say beside sizes. */
  private static Map<String, Object> published(Map<String, ?> sizes) {
    Map<String, Object> config = new LinkedHashMap<>(sizes);
    config.put("max_position_embeddings", 32768);
    config.put("max_window_layers", 24);
    config.put("rms_norm_eps", 1e-6);
    config.put("rope_theta", 1000000.0);
    config.put("sliding_window", 4096);
    config.put("use_sliding_window", false);
    config.put("head_dim", 128);
    config.put("attention_bias", false);
    return config;
  }

  @Override
  protected Family family() {
    return new Qwen3Family();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Layouts.FACTORIES;
  }

  @Override
  protected Map<String, ?> configuration() {
    return SMALLEST;
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(Layouts.huggingFace(SMALLEST));
  }

  @Override
  protected String tensor() {
    return "model.layers.7.self_attn.k_norm.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "model_type", Layouts.with(SMALLEST, Map.of("model_type", "qwen")),
        "sliding_window", Layouts.with(SMALLEST, Map.of("use_sliding_window", true)),
        "layer_types", Layouts.with(SMALLEST, Map.of("layer_types", List.of("sliding_attention"))),
        "num_experts", Layouts.with(SMALLEST, Map.of("num_experts", 8)));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("Published models fit by names and shapes")
  @CsvSource({
    "0.6B,1024,28,16,8,3072,151936,true,596049920",
    "8B,4096,36,32,8,12288,151936,false,8190735360"
  })
  void publishedModels(
      String name,
      int width,
      int layers,
      int heads,
      int keys,
      int mlp,
      int ids,
      boolean tied,
      long elements) {
    Map<String, Object> config =
        published(Layouts.config("qwen3", width, layers, heads, keys, mlp, ids, tied));
    Assembly fitted = fit(config, List.of(Layouts.huggingFace(config)));
    long found =
        Stream.of("backbone", "head")
            .flatMap(kind -> fitted.parameters(kind).stream())
            .mapToLong(parameter -> parameter.shape().size())
            .sum();
    assertThat(found - (tied ? (long) ids * width : 0)).isEqualTo(elements);
  }
}
