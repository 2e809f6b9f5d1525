package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.launcher.Seriatim;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests take turns, step by step. */
class InterleavingIT {
  @Test
  void twoRequestsAlternateAndGiveWhatTheyGiveAlone() throws Exception {
    try (Seriatim seriatim = Systems.tiny()) {
      Generator generator = seriatim.generator(TinyModel.NAME);
      GenerationRequest first = Systems.request(generator, 1, 1);
      GenerationRequest second = Systems.request(generator, 3, 2);
      Systems.Output firstAlone = Systems.Output.of(generator.generate(first));
      Systems.Output secondAlone = Systems.Output.of(generator.generate(second));

      List<String> turns = new ArrayList<>(); // written on the engine's thread alone
      List<Generation> both =
          seriatim
              .engine()
              .call(
                  () ->
                      List.of(
                          generator.start(first, event -> turns.add("first")),
                          generator.start(second, event -> turns.add("second"))));

      assertThat(Systems.Output.of(both.get(0).result().get())).isEqualTo(firstAlone);
      assertThat(Systems.Output.of(both.get(1).result().get())).isEqualTo(secondAlone);
      assertThat(turns)
          .isEqualTo(
              IntStream.range(0, 2 * TinyModel.STEPS)
                  .mapToObj(i -> i % 2 == 0 ? "first" : "second")
                  .toList());
    }
  }

  @Test
  void aRequestOfManySamplesDoesNotKeepAnotherWaiting() throws Exception {
    try (Seriatim seriatim = Systems.tiny()) {
      Generator generator = seriatim.generator(TinyModel.NAME);
      List<String> ends = new ArrayList<>(); // written on the engine's thread alone
      List<Generation> both =
          seriatim
              .engine()
              .call(
                  () -> {
                    Generation many =
                        generator.start(Systems.request(generator, 64, 1), event -> {});
                    Generation one = generator.start(Systems.request(generator, 1, 1), event -> {});
                    many.result().thenRun(() -> ends.add("many"));
                    one.result().thenRun(() -> ends.add("one"));
                    return List.of(many, one);
                  });
      both.get(0).result().get();
      both.get(1).result().get();
      // Equal numbers of turns: the one that began first ends first, and the other right after it.
      assertThat(seriatim.engine().call(() -> List.copyOf(ends))).containsExactly("many", "one");
    }
  }
}
