package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.media.Images;
import dev.seriatim.launcher.Seriatim;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same seed gives the same bytes, and a sample does not depend on its batch. */
class DeterminismIT {
  private static final int BATCH = 16;
  private static Seriatim seriatim;

  @BeforeAll
  static void start() {
    seriatim = Systems.all();
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {TinyModel.NAME, Systems.DIGITS})
  void theSameSeedGivesTheSameBytes(String model) {
    Systems.Output first = Systems.draw(seriatim, model, 3, 42);
    assertThat(Systems.draw(seriatim, model, 3, 42)).isEqualTo(first);
    assertThat(Systems.draw(seriatim, model, 3, 43).ids()).isNotEqualTo(first.ids());
    try (Seriatim another = Systems.all()) {
      assertThat(Systems.draw(another, model, 3, 42)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {TinyModel.NAME, Systems.DIGITS})
  void aSampleIsTheSameInABatchAndAlone(String model) {
    Generator generator = seriatim.generator(model);
    GenerationRequest request =
        Systems.request(generator, BATCH, 5)
            .withGuide(new PartChoice("cfg", "", Map.of("scale", 2.0)))
            .withGuide(new PartChoice("top-p", "", Map.of("p", 0.9)));
    GenerationResult batch = generator.generate(request);
    Images pixels = (Images) batch.media();
    for (int i = 0; i < BATCH; i++) {
      GenerationResult alone = generator.generate(request.range(i, i + 1));
      assertThat(alone.manifest().firstSample()).isEqualTo(i);
      assertThat(alone.canvas().ids())
          .as("ids of sample %d", i)
          .isEqualTo(batch.canvas().sample(i).ids());
      Systems.assertSamePixels(pixels.range(i, i + 1), (Images) alone.media());
    }
  }
}
