package dev.seriatim.importing.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.RecordedNumbers;

/**
 * Random streams whose numbers were recorded.
 *
 * @param samples in the batch
 * @param recorded gives the numbers
 */
record RecordedStreams(int samples, RecordedNumbers recorded) implements RandomStreams {
  @Override
  public StepRandom at(int step, Slots slots, NDManager scope) {
    return new StepRandom() {
      @Override
      public NDArray uniform(int draw, int width) {
        return numbers(draw, width, false);
      }

      @Override
      public NDArray normal(int draw, int width) {
        return numbers(draw, width, true);
      }

      private NDArray numbers(int draw, int width, boolean normal) {
        NDArray found = recorded.numbers(step, slots, draw, width, normal);
        Shape expected = new Shape(samples, slots.count(), width);
        if (found == null
            || !found.getShape().equals(expected)
            || found.getDataType() != DataType.FLOAT32) {
          throw PartException.of(
              "recorded case",
              "random numbers of step " + step + ", draw " + draw,
              "float32 " + expected,
              found == null ? "none" : found.getDataType() + " " + found.getShape());
        }
        // The head owns what it is given, the case what it recorded.
        NDArray copy = found.duplicate();
        copy.attach(scope);
        return copy;
      }
    };
  }
}
