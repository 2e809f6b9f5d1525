package dev.seriatim.api.generation;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Step;
import org.osgi.annotation.versioning.ProviderType;

/** A run of the loop, one step at a time. Engine thread. */
@ProviderType
public interface LoopRun extends AutoCloseable {
  /**
   * Does the next step.
   *
   * @return what was done, or null when the canvas is done
   */
  Step step();

  /** The canvas as it is. */
  Canvas canvas();

  /** How many steps there will be; 0 when unknown. */
  int expectedSteps();

  /** Frees what the run holds; its canvas stays. */
  @Override
  void close();
}
