package dev.seriatim.itests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.Condition;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An imported model of blocks, decoded by every scheduler that goes through blocks. */
class BlockDiffusionIT {
  private static final String CASE = "bd3lms";
  private static final int VOCABULARY = 57;
  private static final int MASK = VOCABULARY - 1;
  private static final int SLOTS = 15;

  /** Prompts of three samples, which begin in different blocks. */
  private static final List<long[]> PROMPTS =
      List.of(
          new long[] {55},
          new long[] {55, 1, 2, 3, 4, 5, 6, 7, 8},
          new long[] {55, 9, 10, 11, 12, 13});

  @TempDir private static Path folder;

  private static Seriatim seriatim;

  @BeforeAll
  static void importModel() throws Exception {
    try (Seriatim importing = Cases.start()) {
      importing
          .importer()
          .importModel(
              CASE,
              List.of(Cases.folder(CASE).resolve("model.safetensors")),
              Cases.json(Cases.folder(CASE).resolve("config.json")),
              null,
              folder.resolve(CASE),
              (done, all) -> {});
    }
    seriatim = Cases.start(folder);
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  static Stream<PartChoice> schedulers() {
    return Stream.of(
        new PartChoice("block-diffusion", "", Map.of("block-length", 4)),
        new PartChoice(
            "block-diffusion", "", Map.of("block-length", 4, "method", "ancestral", "steps", 6)),
        new PartChoice(
            "masked.blocks",
            "",
            Map.of("block-length", 4, "block-start", "layout", "threshold", 0.05)),
        new PartChoice(
            "masked.blocks",
            "",
            Map.of("block-length", 4, "block-start", "layout", "block-steps", 2)));
  }

  /** Prompts, and slots behind them; the last sample ends earlier. */
  private static Canvas start(List<long[]> prompts) {
    Canvas canvas =
        Canvas.blank(new Sequence(SLOTS), new TokenSpace.Discrete(VOCABULARY, 1), prompts.size());
    for (int sample = 0; sample < prompts.size(); sample++) {
      canvas.settle(sample, 0, prompts.get(sample));
      if (prompts.get(sample) == PROMPTS.get(2)) {
        canvas.end(sample, SLOTS - 1);
      }
    }
    return canvas;
  }

  private static Canvas generate(PartChoice scheduler, int first, List<long[]> prompts) {
    GenerationRequest request =
        GenerationRequest.of(Collections.nCopies(prompts.size(), Condition.NONE))
            .withSeed(5)
            .withFirstSample(first)
            .withScheduler(scheduler)
            .withStart(start(prompts));
    Generator generator = seriatim.generator(CASE);
    return generator.generate(request).canvas();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schedulers")
  void generatesTheSameAgainAndInAnyBatch(PartChoice scheduler) throws Exception {
    Canvas all = generate(scheduler, 0, PROMPTS);
    MemoryUse before = seriatim.engine().memory();
    assertThat(generate(scheduler, 0, PROMPTS).ids()).isEqualTo(all.ids());
    assertThat(seriatim.engine().memory()).isEqualTo(before);
    for (int sample = 0; sample < PROMPTS.size(); sample++) {
      int length = all.length(sample);
      assertThat(all.settled(sample)).isEqualTo(SLOTS);
      Canvas alone = generate(scheduler, sample, List.of(PROMPTS.get(sample)));
      for (int slot = 0; slot < length; slot++) {
        assertThat(all.id(sample, slot, 0)).isNotEqualTo(MASK);
        assertThat(alone.id(0, slot, 0))
            .as("sample %d, slot %d", sample, slot)
            .isEqualTo(all.id(sample, slot, 0));
      }
    }
  }
}
