package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import java.io.PrintWriter;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/** Generates, and ends on Ctrl-C. */
final class Drawing {
  private Drawing() {}

  /**
   * Generates with a progress bar, and waits.
   *
   * @throws SeriatimException when the request is refused or fails
   * @throws CancellationException when it was interrupted
   */
  static GenerationResult draw(Generator generator, GenerationRequest request, PrintWriter err)
      throws InterruptedException {
    try (Progress progress = Progress.of(generator.model().name(), 0, 0, err)) {
      int[] done = {0}; // written on the engine's thread alone
      return await(
          generator.start(request, event -> progress.to(++done[0], event.expectedSteps(), "")));
    }
  }

  /**
   * Waits for a generation.
   *
   * @throws SeriatimException when the request is refused or fails
   * @throws CancellationException when it was interrupted
   */
  static GenerationResult await(Generation generation) throws InterruptedException {
    try {
      Interrupts.on(generation::cancel);
      return generation.result().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new SeriatimException("The generation failed: " + e.getCause(), e.getCause());
    }
  }
}
