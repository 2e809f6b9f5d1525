package dev.seriatim.api.generation;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Step;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ConsumerType;

/** Told of every step of a generation, on the engine's thread: be quick. */
@ConsumerType
@FunctionalInterface
public interface GenerationListener {
  /** Listens to nothing. */
  GenerationListener NONE = event -> {};

  /** A step is done. */
  void onStep(StepEvent event);

  /**
   * A step that is done.
   *
   * @param step what it did
   * @param canvas as it is now; copy what is to be kept
   * @param expectedSteps how many steps there will be; 0 when unknown
   * @param preview decodes the canvas as it is, when called during the event
   */
  record StepEvent(Step step, Canvas canvas, int expectedSteps, Supplier<Media> preview) {}
}
