package dev.seriatim.family.mar.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Family.Import;
import dev.seriatim.api.part.Family.Source;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.backbone.mar.internal.MarFactory;
import dev.seriatim.head.diffusion.internal.DiffusionHeadFactory;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import dev.seriatim.tokenizer.kl.internal.KlGridFactory;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarFamilyTest {
  private static final String AVERAGES = "model_ema.";

  private static Import read(Map<String, ?> configuration, Checkpoint... checkpoints) {
    return new MarFamily().read(configuration, List.of(checkpoints));
  }

  /** Lays a part out, and checks the shapes of its weights' sources. */
  private static <P extends Part, C extends Record> Blueprint<P> fits(
      PartFactory<P, C> factory, Import read, String kind, Frame frame, List<Checkpoint> from) {
    PartReference part = read.descriptor().parts().get(kind);
    C configuration = new ConfigBinder(part.id()).bind(factory.configuration(), part.config());
    Blueprint<P> blueprint = factory.blueprint(configuration, frame);
    for (Parameter parameter : blueprint.parameters()) {
      Source source = read.weights().get(part.prefix() + parameter.name());
      assertThat(source).as("source of %s", parameter.name()).isNotNull();
      long size = 0;
      for (String name : source.names()) {
        assertThat(from.get(source.checkpoint()).tensors()).containsKey(name);
        Shape shape = from.get(source.checkpoint()).tensors().get(name).shape();
        size += shape.size();
        if (source.form() == Source.Form.SAME && source.names().size() == 1) {
          assertThat(shape).as(name).isEqualTo(parameter.shape());
        }
      }
      assertThat(size).as(parameter.name()).isEqualTo(parameter.shape().size());
    }
    return blueprint;
  }

  @ParameterizedTest(name = "MAR of width {0}")
  @CsvSource({"768, 12, 12, 1024, 6", "1024, 16, 16, 1280, 8", "1280, 20, 16, 1536, 12"})
  @DisplayName("The published sizes need no configuration, and every tensor has its use")
  void publishedSizes(int width, int depth, int heads, int mlp, int mlpDepth) {
    OfficialLayout mar = OfficialLayout.mar("model.", width, depth, mlp, mlpDepth);
    OfficialLayout.mar(AVERAGES, width, depth, mlp, mlpDepth)
        .tensors()
        .forEach((name, info) -> mar.with(name, info.shape().getShape()));
    mar.with("optimizer.state.0.exp_avg", 5);
    OfficialLayout vae = OfficialLayout.kl16().with("loss.logvar", 1);
    List<Checkpoint> files = List.of(vae, mar);
    Import read = read(Map.of(), vae, mar);

    Frame frame = Frame.of(read.descriptor().conditions());
    Frame tokens = fits(new KlGridFactory(), read, "tokenizer", frame, files).frame();
    assertThat(tokens.layout()).isEqualTo(new Grid(16, 16));
    assertThat(tokens.tokens()).isEqualTo(new TokenSpace.Continuous(16));
    Frame states = fits(new MarFactory(), read, "backbone", tokens, files).frame();
    fits(new DiffusionHeadFactory(), read, "head", states, files);
    assertThat(read.descriptor().parts().get("backbone").config())
        .containsEntry("encoder-heads", heads)
        .containsEntry("buffer", 64);
    assertThat(read.descriptor().conditions().labels()).hasSize(1000);

    Set<Source.Key> unused = new HashSet<>();
    for (int i = 0; i < files.size(); i++) {
      for (String name : files.get(i).tensors().keySet()) {
        unused.add(new Source.Key(i, name));
      }
    }
    read.weights()
        .values()
        .forEach(
            source ->
                source.names().forEach(n -> unused.remove(new Source.Key(source.checkpoint(), n))));
    unused.removeAll(read.ignored());
    assertThat(unused).isEmpty();
  }

  private static Import small(Map<String, ?> configuration) {
    return read(configuration, OfficialLayout.mar("", 96, 2, 64, 1), OfficialLayout.kl16());
  }

  @Test
  @DisplayName("Settings reach the parts that they are of")
  void settings() {
    Import read =
        small(
            Map.of(
                "mar",
                Map.of(
                    "encoder_num_heads",
                    2,
                    "decoder_num_heads",
                    3,
                    "num_sampling_steps",
                    "10,5",
                    "mask_ratio_min",
                    0.5),
                "num_iter",
                20,
                "cfg",
                4,
                "cfg_schedule",
                "constant",
                "scale_factor",
                0.5));
    Map<String, PartReference> parts = read.descriptor().parts();
    assertThat(parts.get("backbone").config())
        .containsEntry("encoder-heads", 2)
        .containsEntry("decoder-heads", 3);
    assertThat(parts.get("head").config()).containsEntry("sampling-steps", "10,5");
    assertThat(parts.get("tokenizer").config()).containsEntry("scale-factor", 0.5);
    assertThat(parts.get("scheduler").config())
        .containsEntry("iterations", 20)
        .containsEntry("mask-ratio-min", 0.5);
    assertThat(read.descriptor().guides().get(0).config())
        .containsEntry("scale", 4.0)
        .containsEntry("schedule", "constant");
  }

  @Test
  @DisplayName("6 Says no clearly: what is missing, unknown, or not as the tensors have it")
  void refusals() {
    assertRefused("encoder_num_heads", small(() -> Map.of()));
    Map<String, Object> heads = Map.of("encoder_num_heads", 2, "decoder_num_heads", 2);
    assertRefused("img_size", small(() -> with(heads, "img_size", 512)));
    assertRefused("diffloss_d", small(() -> with(heads, "diffloss_d", 3)));
    assertRefused("cfg_schedule", small(() -> with(heads, "cfg_schedule", "cosine")));
    assertRefused("mar.rope", small(() -> Map.of("mar", with(heads, "rope", true))));
    assertRefused(
        "use_variational", small(() -> with(heads, "vae", Map.of("use_variational", false))));
    assertRefused("checkpoints", () -> read(heads, OfficialLayout.kl16()));
  }

  private static Runnable small(Supplier<Map<String, ?>> configuration) {
    return () -> small(configuration.get());
  }

  private static Map<String, Object> with(Map<String, Object> all, String key, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(all);
    more.put(key, value);
    return more;
  }

  private static void assertRefused(String key, Runnable reading) {
    assertThatThrownBy(reading::run)
        .isInstanceOf(PartException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("found");
  }
}
