package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.Condition;
import dev.seriatim.launcher.Seriatim;
import dev.seriatim.launcher.SeriatimBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Running systems, and what is asked of them again and again. */
final class Systems {
  /** The model that is shipped. */
  static final String DIGITS = "digits-ar";

  private Systems() {}

  /** All bundles of the assembly, and no model; one thread is fastest for tiny tensors. */
  static SeriatimBuilder builder() {
    return Seriatim.builder().bundles(Home.bundles().toArray(Path[]::new)).threads(1);
  }

  /** All bundles of the assembly, with the tiny model. */
  static Seriatim tiny() {
    return builder().models(TinyModel.folder()).start();
  }

  /** All bundles and models of the assembly, with the tiny model. */
  static Seriatim all() {
    return builder().models(Home.models().toArray(Path[]::new)).models(TinyModel.folder()).start();
  }

  /** A request of one sample for each label in turn. */
  static GenerationRequest request(Generator generator, int samples, long seed) {
    int labels = generator.model().conditions().labels().size();
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      conditions.add(new Condition.Label(i % labels));
    }
    return GenerationRequest.of(conditions).withSeed(seed);
  }

  /** What came out, bit for bit: tokens and pixels. */
  record Output(List<Long> ids, List<Float> pixels) {
    static Output of(GenerationResult result) {
      List<Long> ids = new ArrayList<>();
      for (long id : result.canvas().ids()) {
        ids.add(id);
      }
      List<Float> pixels = new ArrayList<>();
      for (float pixel : ((Images) result.media()).pixels()) {
        pixels.add(pixel);
      }
      return new Output(ids, pixels);
    }

    @Override
    public String toString() {
      return "ids " + ids;
    }
  }

  static Output draw(Seriatim seriatim, String model, int samples, long seed) {
    Generator generator = seriatim.generator(model);
    return Output.of(generator.generate(request(generator, samples, seed)));
  }

  /** Native memory in use, between two tasks of the engine. */
  static MemoryUse memory(Seriatim seriatim) {
    return seriatim.engine().memory();
  }

  /** Pixels within one level of 255. */
  static void assertSamePixels(Images expected, Images found) {
    assertThat(found.pixels()).hasSameSizeAs(expected.pixels());
    for (int i = 0; i < expected.pixels().length; i++) {
      assertThat(Math.abs(expected.pixels()[i] - found.pixels()[i]) * 255)
          .as("difference of pixel %d in levels of 255", i)
          .isLessThanOrEqualTo(1f);
    }
  }
}
