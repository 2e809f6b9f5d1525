package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.model.Condition;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was imported from published files generates like any other model. */
class ImportedModelsIT {
  private static final int SAMPLES = 2;

  /** Of continuous tokens after a sampling loop, as a share of the largest. */
  private static final double TOLERANCE = 1e-3;

  /** Files of a case that are a model, by the case, which is named like the family. */
  private static final Map<String, List<String>> FILES =
      Map.of(
          "llamagen", List.of("vq_ds4_c2i.pt", "c2i_tiny.pt"),
          "var", List.of("vae_ch32v40z8.pth", "var_d2.pth"),
          "mar", List.of("kl16.ckpt", "checkpoint-last.pth"),
          "flowar", List.of("flowar_tiny.pth", "kl16.ckpt"),
          "maskgit", List.of("generator_titok_l32.bin"),
          "rar", List.of("rar_b.bin"),
          "nar", List.of("c2i_L_256.pt"));

  @TempDir private static Path folder;

  private static Seriatim seriatim;

  @BeforeAll
  static void importAll() throws Exception {
    try (Seriatim importing = Cases.start()) {
      for (String name : FILES.keySet()) {
        importing
            .importer()
            .importModel(
                name,
                FILES.get(name).stream().map(Cases.folder(name)::resolve).toList(),
                Cases.json(Cases.folder(name).resolve("config.json")),
                null,
                folder.resolve(name),
                (done, all) -> {});
      }
    }
    seriatim = Cases.start(folder);
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  static Set<String> models() {
    return new TreeSet<>(FILES.keySet());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("models")
  void generatesTheSameAgainAndInAnyBatch(String name) {
    Generator generator = seriatim.generator(name);
    List<Condition> labels = List.of(new Condition.Label(1), new Condition.Label(4));
    GenerationRequest request = GenerationRequest.of(labels).withSeed(5);
    Canvas first = generator.generate(request).canvas();
    assertThat(first.samples()).isEqualTo(SAMPLES);
    for (int sample = 0; sample < SAMPLES; sample++) {
      assertThat(first.settled(sample)).isEqualTo(first.layout().slots());
    }
    assertSame(generator.generate(request).canvas(), first, 0);
    Canvas alone = generator.generate(request.range(1, SAMPLES)).canvas();
    assertSame(alone, first.sample(1), TOLERANCE);
  }

  private static void assertSame(Canvas actual, Canvas expected, double tolerance) {
    if (expected.tokenSpace() instanceof TokenSpace.Discrete) {
      assertThat(actual.ids()).isEqualTo(expected.ids());
      return;
    }
    float[] vectors = expected.vectors();
    double magnitude = 0;
    double error = 0;
    for (int i = 0; i < vectors.length; i++) {
      magnitude = Math.max(magnitude, Math.abs(vectors[i]));
      error = Math.max(error, Math.abs(vectors[i] - actual.vectors()[i]));
    }
    assertThat(error).isLessThanOrEqualTo(tolerance * magnitude);
  }
}
