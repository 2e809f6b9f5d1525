package dev.seriatim.backbone.nextscale.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.Collections;
import java.util.List;

/**
 * Keys and values of the scales taken in so far. What a scale is fed depends on the coarser scales
 * alone, so a scale is taken in by the forward that predicts it, and stays valid whatever is drawn
 * for it. A canvas whose coarser scales are settled at the start is taken in at once.
 */
final class ScaleContext implements BackboneContext {
  private final ScaleTransformer backbone;
  private final List<Stream> streams;
  private final PyramidTokenizer tokenizer;

  /** int64 [row]: rows of the condition table. */
  private final NDArray labels;

  /** What the kernel keeps of the request: keys and values, and what all steps share. */
  private final NDList state;

  /** Scales whose keys and values are valid. */
  private int taken;

  ScaleContext(
      ScaleTransformer backbone,
      List<Stream> streams,
      PyramidTokenizer tokenizer,
      NDArray labels,
      NDList state,
      int taken) {
    this.backbone = backbone;
    this.streams = streams;
    this.tokenizer = tokenizer;
    this.labels = labels;
    this.state = state;
    this.taken = taken;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    int scale = scaleOf(step.slots(), canvas.samples());
    requireSettledBelow(scale, canvas);
    int first = Math.min(taken, scale);
    NDArray features = features(canvas, first, scale + 1, scope);
    NDArray states =
        backbone.kernel().callForOne(scope, "step", features, labels, state, first, scale + 1);
    taken = Math.max(taken, scale + 1);
    return new Hidden(streams, pick(states, step.slots(), scale, canvas.samples()));
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // Taken in by the forward of the next scale.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    for (int[] sampleAndSlot : withdrawn) {
      taken = Math.min(taken, pyramid().scale(sampleAndSlot[1]) + 1);
    }
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    NDArray ownLabels = labels.duplicate();
    ownLabels.attach(scope);
    NDList ownState = new NDList();
    for (NDArray kept : state) {
      ownState.add(kept.duplicate());
    }
    ownState.attach(scope);
    return new ScaleContext(backbone, streams, tokenizer, ownLabels, ownState, taken);
  }

  @Override
  public void close() {
    labels.close();
    state.close();
  }

  private Pyramid pyramid() {
    return backbone.pyramid();
  }

  /** The scale that all slots of a step are in. */
  private int scaleOf(Slots slots, int samples) {
    int scale = pyramid().scale(slots.slot(0, 0));
    for (int sample = 0; sample < (slots.isShared() ? 1 : samples); sample++) {
      for (int i = 0; i < slots.count(); i++) {
        if (pyramid().scale(slots.slot(sample, i)) != scale) {
          throw PartException.of(
              backbone.id(), "step", "slots of one scale", "scale " + scale + " and another");
        }
      }
    }
    return scale;
  }

  private void requireSettledBelow(int scale, Canvas canvas) {
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int slot = 0; slot < pyramid().firstSlot(scale); slot++) {
        if (!canvas.isSettled(sample, slot)) {
          throw PartException.of(
              backbone.id(),
              "step",
              "scales below " + scale + " to be settled",
              "slot " + slot + " unknown");
        }
      }
    }
  }

  /** What scales are fed, float32 [row, slot of these scales but scale 0, feature]; or null. */
  private NDArray features(Canvas canvas, int first, int end, NDManager scope) {
    NDList scales = new NDList();
    for (int scale = Math.max(first, 1); scale < end; scale++) {
      scales.add(tokenizer.features(canvas, scale, scope));
    }
    if (scales.isEmpty()) {
      return null;
    }
    NDArray features = scales.size() == 1 ? scales.get(0) : NDArrays.concat(scales, 1);
    return streams.size() == 1
        ? features
        : NDArrays.concat(new NDList(Collections.nCopies(streams.size(), features)), 0);
  }

  /** The states of a step's slots out of those of their scale. */
  private NDArray pick(NDArray states, Slots slots, int scale, int samples) {
    int first = pyramid().firstSlot(scale);
    int size = pyramid().firstSlot(scale + 1) - first;
    if (slots.equals(Slots.range(first, first + size))) {
      return states;
    }
    NDList rows = new NDList();
    for (int row = 0; row < streams.size() * samples; row++) {
      long[] inside = new long[slots.count()];
      for (int i = 0; i < inside.length; i++) {
        inside[i] = slots.slot(row % samples, i) - first;
      }
      NDArray index = states.getManager().create(inside);
      rows.add(states.get(row).get(index));
    }
    return NDArrays.stack(rows);
  }
}
