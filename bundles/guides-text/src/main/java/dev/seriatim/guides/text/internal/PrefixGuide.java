package dev.seriatim.guides.text.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Forbids ids by those before them, after the prompt: what a {@link PrefixMachine} does not allow.
 * Guesses that are being verified count as if they were settled, so that the guide acts inside
 * speculation as it does without.
 *
 * @param <S> state of the machine
 */
final class PrefixGuide<S> implements Guide {
  /** How far a sample was read. */
  private record Read<S>(int slot, S state) {}

  private final String id;
  private final PrefixMachine<S> machine;
  private final List<Read<S>> settled = new ArrayList<>();

  /**
   * A guide for one request.
   *
   * @param canvas as the request begins: what is settled up to the first unknown slot is prompt
   */
  PrefixGuide(String id, PrefixMachine<S> machine, Canvas canvas) {
    this.id = id;
    this.machine = machine;
    for (int sample = 0; sample < canvas.samples(); sample++) {
      int slot = 0;
      while (slot < canvas.length(sample) && canvas.isSettled(sample, slot)) {
        slot++;
      }
      settled.add(new Read<>(slot, machine.start()));
    }
  }

  @Override
  public Stage stage() {
    return Stage.CONSTRAIN;
  }

  @Override
  public Distribution apply(
      Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
    CategoricalDistribution categorical = Categorical.of(id, distribution);
    NDArray logits = categorical.logits();
    int vocabulary = (int) logits.getShape().get(3);
    int count = step.slots().count();
    float[] bias = new float[canvas.samples() * count * vocabulary];
    boolean bends = false;
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int i = 0; i < count; i++) {
        int slot = step.slots().slot(sample, i);
        BitSet allowed = allowed(canvas, sample, slot);
        if (allowed != null) {
          bends = true;
          forbid(bias, (sample * count + i) * vocabulary, vocabulary, allowed, slot);
        }
      }
    }
    return bends
        ? categorical.withLogits(logits.add(logits.getManager().create(bias, logits.getShape())))
        : distribution;
  }

  private void forbid(float[] bias, int at, int vocabulary, BitSet allowed, int slot) {
    if (allowed.isEmpty()) {
      throw PartException.of(id, "vocabulary", "a token that may follow", "none for slot " + slot);
    }
    Arrays.fill(bias, at, at + vocabulary, Float.NEGATIVE_INFINITY);
    allowed.stream().filter(each -> each < vocabulary).forEach(each -> bias[at + each] = 0);
  }

  /** What may stand in a slot; null for anything, also where nothing is drawn any more. */
  private BitSet allowed(Canvas canvas, int sample, int slot) {
    Read<S> read = settled.get(sample);
    while (read.slot < slot && canvas.isSettled(sample, read.slot)) {
      read = next(read, canvas, sample);
    }
    settled.set(sample, read);
    if (slot < read.slot || slot >= canvas.length(sample)) {
      return null;
    }
    while (read.slot < slot) {
      if (canvas.level(sample, read.slot) <= 0) {
        throw PartException.of(
            id, "step", "slots from left to right", "slot " + slot + " before " + read.slot);
      }
      read = next(read, canvas, sample);
    }
    return machine.allowed(read.state);
  }

  private Read<S> next(Read<S> read, Canvas canvas, int sample) {
    return new Read<>(read.slot + 1, machine.next(read.state, canvas.id(sample, read.slot, 0)));
  }
}
