package dev.seriatim.backbone.mamba.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;

/**
 * The context of a recurrent backbone: each sample's state after its settled tokens, as far as they
 * were needed. Samples may have taken in different numbers of tokens. Proposed tokens (level below
 * 1) are run through and not kept, so speculation needs no rollback of its own. A token cannot be
 * taken out of a state: where one is withdrawn, the sample goes on from the last kept copy of the
 * state that is before it, or from the beginning.
 *
 * <p>The kernel's method {@code step(ids, keep, last, conv, ssm)} gives the states that predict the
 * slots of tokens {@code ids}, int64 [sample, n], and the slot after them, and moves the state on
 * by the first {@code keep}, int64 [sample], tokens.
 */
final class RecurrentContext implements BackboneContext {
  /** Tokens of one call, at most, of those that are settled. */
  private static final int PIECE = 512;

  private final Kernel kernel;
  private final List<Stream> streams;
  private final RecurrentState state;
  private final Snapshots snapshots;

  RecurrentContext(Kernel kernel, List<Stream> streams, RecurrentState state) {
    this.kernel = kernel;
    this.streams = List.copyOf(streams);
    this.state = state;
    this.snapshots = new Snapshots(state);
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    Slots slots = step.slots();
    int count = slots.count();
    int[] first = new int[canvas.samples()];
    int[] settled = new int[canvas.samples()];
    for (int sample = 0; sample < first.length; sample++) {
      first[sample] = firstOfRun(slots, sample);
      if (first[sample] < state.taken()[sample]) {
        snapshots.rewind(sample, first[sample]);
      }
      settled[sample] = settledTokens(canvas, sample, first[sample] + count - 1);
    }
    takeIn(canvas, first, settled, scope);
    long[] offset = new long[first.length];
    int tokens = 0;
    for (int sample = 0; sample < first.length; sample++) {
      offset[sample] = first[sample] - state.taken()[sample];
      tokens = Math.max(tokens, (int) offset[sample] + count - 1);
    }
    NDArray states = run(canvas, tokens, settled, scope);
    snapshots.keep();
    return new Hidden(streams, picked(states, offset, count, scope));
  }

  /** Takes in settled tokens that no state is asked for at, until a call's worth is left. */
  private void takeIn(Canvas canvas, int[] first, int[] settled, NDManager scope) {
    int[] end = new int[first.length];
    int left;
    do {
      left = 0;
      for (int sample = 0; sample < first.length; sample++) {
        int needed = Math.min(first[sample], settled[sample]);
        left = Math.max(left, needed - state.taken()[sample]);
        end[sample] = Math.min(needed, state.taken()[sample] + PIECE);
      }
      if (left > PIECE) {
        run(canvas, PIECE, end, scope).close();
        snapshots.keep();
      }
    } while (left > PIECE);
  }

  /**
   * Runs each sample's next tokens through, and keeps those that are before {@code end}; a sample
   * that has fewer runs through anything after them.
   */
  private NDArray run(Canvas canvas, int tokens, int[] end, NDManager scope) {
    int samples = canvas.samples();
    long[] ids = new long[samples * tokens];
    long[] keep = new long[samples];
    for (int sample = 0; sample < samples; sample++) {
      int taken = state.taken()[sample];
      keep[sample] = Math.max(0, Math.min(tokens, end[sample] - taken));
      int known = Math.min(tokens, canvas.layout().slots() - taken);
      for (int i = 0; i < known; i++) {
        ids[sample * tokens + i] = canvas.id(sample, taken + i, 0);
      }
      state.taken()[sample] += (int) keep[sample];
    }
    return kernel.callForOne(
        scope,
        "step",
        scope.create(ids, new Shape(samples, tokens)),
        scope.create(keep),
        state.last(),
        state.conv(),
        state.ssm());
  }

  /** Each sample's own states, [sample, slot of the step, width]. */
  private static NDArray picked(NDArray states, long[] offset, int count, NDManager scope) {
    if (states.getShape().get(1) == count) {
      return states;
    }
    long[] numbers = new long[offset.length * count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = offset[i / count] + i % count;
    }
    Shape shape = new Shape(offset.length, count, states.getShape().get(2));
    NDArray index = scope.create(numbers, new Shape(offset.length, count, 1)).broadcast(shape);
    return states.gather(index, 1);
  }

  /** The first slot of a sample's run: all that a recurrent context can predict at once. */
  private static int firstOfRun(Slots slots, int sample) {
    int first = slots.slot(sample, 0);
    String part = MambaFactory.ID;
    require(
        first > 0,
        part,
        "prompt",
        "a token before the first that is predicted",
        "none in sample " + sample);
    for (int i = 1; i < slots.count(); i++) {
      require(slots.slot(sample, i) == first + i, part, "step", "consecutive slots", slots);
    }
    return first;
  }

  /** How many tokens from the first on, up to {@code end}, are settled; the others are proposed. */
  private int settledTokens(Canvas canvas, int sample, int end) {
    int settled = state.taken()[sample];
    for (int slot = settled; slot < end; slot++) {
      require(
          canvas.level(sample, slot) > 0,
          MambaFactory.ID,
          "step",
          "slots before those predicted to be settled or proposed",
          "slot " + slot + " unknown");
      settled += settled == slot && canvas.isSettled(sample, slot) ? 1 : 0;
    }
    return Math.min(settled, end);
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // Taken in by the next forward.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    for (int[] sampleAndSlot : withdrawn) {
      snapshots.forget(sampleAndSlot[0], sampleAndSlot[1]);
    }
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    return new RecurrentContext(kernel, streams, state.copy(scope));
  }

  @Override
  public void close() {
    snapshots.close();
    state.close();
  }
}
