package dev.seriatim.backbone.nar.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.kernels.CanvasTensors;
import dev.seriatim.kernels.ConditionInputs;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keys and values of the diagonals taken in so far, after those of the condition. A diagonal is
 * taken in as a whole, lazily, by the forward that first needs it; proposed tokens (level below 1)
 * are seen but not kept.
 */
final class NarContext implements BackboneContext {
  private final Kernel kernel;
  private final Grid grid;
  private final List<Stream> streams;
  private final Memory memory;

  /**
   * Diagonals whose predictions have inputs with valid keys and values: that of 0 is the condition.
   */
  private int taken;

  /**
   * What a request keeps.
   *
   * @param table rotary positions of all inputs
   * @param cache float32 [layer, key or value, row, key head, input, head width], by turn
   */
  record Memory(ConditionInputs condition, NDArray table, NDArray cache) {
    Memory copy(NDManager scope) {
      NDArray valid = condition.valid() == null ? null : copy(condition.valid(), scope);
      return new Memory(
          new ConditionInputs(copy(condition.states(), scope), valid),
          copy(table, scope),
          copy(cache, scope));
    }

    private static NDArray copy(NDArray array, NDManager scope) {
      NDArray copy = array.duplicate();
      copy.attach(scope);
      return copy;
    }

    void close() {
      condition.states().close();
      if (condition.valid() != null) {
        condition.valid().close();
      }
      table.close();
      cache.close();
    }

    int conditionInputs() {
      return (int) condition.states().getShape().get(1);
    }
  }

  NarContext(Kernel kernel, Grid grid, List<Stream> streams, Memory memory, int taken) {
    this.kernel = kernel;
    this.grid = grid;
    this.streams = streams;
    this.memory = memory;
    this.taken = taken;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    require(
        step.slots().isShared(),
        NarFactory.ID,
        "step",
        "the same slots for all samples",
        step.slots());
    int[] slots = step.slots().of(0);
    int first = IntStream.of(slots).map(this::diagonal).min().orElseThrow();
    int last = IntStream.of(slots).map(this::diagonal).max().orElseThrow();
    // The slots of diagonal d are predicted from the inputs of diagonal d - 1.
    int from = Math.min(taken, first);
    NDArray ids =
        CanvasTensors.seen(NarFactory.ID, canvas, diagonals(from - 1, last), streams.size(), scope);
    int past = from == 0 ? 0 : memory.conditionInputs() + diagonals(0, from - 1).count();
    NDArray states =
        kernel.callForOne(
            scope,
            "step",
            ids,
            CanvasTensors.numbers(step.slots(), 1, scope).squeeze(0),
            memory.condition.states(),
            memory.condition.valid(),
            memory.table,
            memory.cache,
            past);
    taken = Math.min(last + 1, 1 + settledDiagonals(canvas, last));
    return new Hidden(streams, states);
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // Taken in by the next forward.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    for (int[] sampleAndSlot : withdrawn) {
      taken = Math.min(taken, diagonal(sampleAndSlot[1]) + 1);
    }
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    return new NarContext(kernel, grid, streams, memory.copy(scope), taken);
  }

  @Override
  public void close() {
    memory.close();
  }

  private int diagonal(int slot) {
    return slot / grid.columns() + slot % grid.columns();
  }

  /** The slots of diagonals {@code from} to {@code end - 1}, each from its top row down. */
  private Slots diagonals(int from, int end) {
    return Slots.shared(
        IntStream.range(Math.max(from, 0), Math.max(end, 0))
            .flatMap(d -> IntStream.range(0, grid.slots()).filter(slot -> diagonal(slot) == d))
            .toArray());
  }

  /** How many leading diagonals, up to {@code end}, are settled in every sample. */
  private int settledDiagonals(Canvas canvas, int end) {
    for (int d = 0; d < end; d++) {
      for (int slot : diagonals(d, d + 1).of(0)) {
        for (int sample = 0; sample < canvas.samples(); sample++) {
          if (!canvas.isSettled(sample, slot)) {
            return d;
          }
        }
      }
    }
    return end;
  }
}
