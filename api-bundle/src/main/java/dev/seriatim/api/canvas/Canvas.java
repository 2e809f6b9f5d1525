package dev.seriatim.api.canvas;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a request fills: for each sample a token and a level in every slot of a layout. Level 0 is
 * unknown (masked, pure noise), 1 is settled, between the two is proposed or partly denoised.
 *
 * <p>Plain host memory, no native resource. One thread writes (the loop); {@link #copy} gives
 * others something to keep.
 */
public final class Canvas {
  private final Layout layout;
  private final TokenSpace tokenSpace;
  private final int samples;
  private final int slots;
  private final int numbers;
  private final float[] levels;
  private final long[] ids;
  private final float[] vectors;
  private final int[] lengths;
  private final float[][] sideInformation;
  private final List<int[]> withdrawn = new ArrayList<>();

  private Canvas(
      Layout layout,
      TokenSpace tokenSpace,
      int samples,
      int[] lengths,
      float[][] sideInformation,
      float[] levels,
      long[] ids,
      float[] vectors) {
    this.layout = layout;
    this.tokenSpace = tokenSpace;
    this.samples = samples;
    this.lengths = lengths;
    this.sideInformation = sideInformation;
    this.slots = layout.slots();
    this.numbers = tokenSpace.numbersPerSlot();
    this.levels = levels;
    this.ids = ids;
    this.vectors = vectors;
  }

  /**
   * A canvas on which nothing is known.
   *
   * @param samples at least 1
   */
  public static Canvas blank(Layout layout, TokenSpace tokenSpace, int samples) {
    if (samples < 1) {
      throw new IllegalArgumentException("samples: expected at least 1, found " + samples);
    }
    int cells = Math.multiplyExact(samples, layout.slots());
    int size = Math.multiplyExact(cells, tokenSpace.numbersPerSlot());
    boolean discrete = tokenSpace instanceof TokenSpace.Discrete;
    int[] lengths = new int[samples];
    Arrays.fill(lengths, layout.slots());
    return new Canvas(
        layout,
        tokenSpace,
        samples,
        lengths,
        new float[samples][0],
        new float[cells],
        discrete ? new long[size] : new long[0],
        discrete ? new float[0] : new float[size]);
  }

  /**
   * A settled canvas of discrete tokens.
   *
   * @param ids [sample, slot, codebook], row-major
   * @throws IllegalArgumentException when the size does not fit, or an id is outside the vocabulary
   */
  public static Canvas ofIds(
      Layout layout, TokenSpace.Discrete tokenSpace, int samples, long[] ids) {
    Canvas canvas = blank(layout, tokenSpace, samples);
    canvas.write(Slots.range(0, layout.slots()), 1f, ids);
    return canvas;
  }

  /**
   * A settled canvas of continuous tokens.
   *
   * @param vectors [sample, slot, width], row-major
   * @throws IllegalArgumentException when the size does not fit
   */
  public static Canvas ofVectors(
      Layout layout, TokenSpace.Continuous tokenSpace, int samples, float[] vectors) {
    Canvas canvas = blank(layout, tokenSpace, samples);
    canvas.write(Slots.range(0, layout.slots()), 1f, vectors);
    return canvas;
  }

  /** Where the slots lie. */
  public Layout layout() {
    return layout;
  }

  /** What a slot holds. */
  public TokenSpace tokenSpace() {
    return tokenSpace;
  }

  /** Samples in the batch. */
  public int samples() {
    return samples;
  }

  /**
   * Slots that a sample has: those from here on do not exist for it. They count as settled, hold
   * nothing, and backbones do not see them. All slots of the layout unless {@link #end} said
   * otherwise.
   */
  public int length(int sample) {
    return lengths[Objects.checkIndex(sample, samples)];
  }

  /**
   * Ends a sample: its slots from {@code length} on cease to exist.
   *
   * @param length from 0 to {@link #length}
   */
  public void end(int sample, int length) {
    int slot = Objects.checkIndex(length, length(sample) + 1);
    lengths[sample] = slot;
    Arrays.fill(levels, sample * slots + slot, (sample + 1) * slots, 1f);
  }

  /**
   * What a tokenizer keeps of a sample beside its tokens because decoding needs it, such as mean
   * and scale of a normalised series. No numbers unless {@link #keep} said otherwise; the tokenizer
   * alone reads them.
   */
  public float[] sideInformation(int sample) {
    return sideInformation[Objects.checkIndex(sample, samples)].clone();
  }

  /** Sets what decoding a sample needs beside its tokens: {@link #sideInformation}. */
  public void keep(int sample, float... numbers) {
    sideInformation[Objects.checkIndex(sample, samples)] = numbers.clone();
  }

  /** Level of a slot, from 0 (unknown) to 1 (settled). */
  public float level(int sample, int slot) {
    return levels[cell(sample, slot)];
  }

  /** Whether a slot's level is 1. */
  public boolean isSettled(int sample, int slot) {
    return level(sample, slot) >= 1f;
  }

  /** Number of settled slots of a sample. */
  public int settled(int sample) {
    int count = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (isSettled(sample, slot)) {
        count++;
      }
    }
    return count;
  }

  /**
   * One id of a discrete slot; 0 where nothing was written.
   *
   * @throws IllegalStateException when the space is continuous
   */
  public long id(int sample, int slot, int codebook) {
    requireDiscrete();
    return ids[cell(sample, slot) * numbers + Objects.checkIndex(codebook, numbers)];
  }

  /** A copy of all ids, [sample, slot, codebook]. */
  public long[] ids() {
    requireDiscrete();
    return ids.clone();
  }

  /** A copy of the vector of a continuous slot, [width]; zeros where nothing was written. */
  public float[] vector(int sample, int slot) {
    requireContinuous();
    int start = cell(sample, slot) * numbers;
    return Arrays.copyOfRange(vectors, start, start + numbers);
  }

  /** A copy of all vectors, [sample, slot, width]. */
  public float[] vectors() {
    requireContinuous();
    return vectors.clone();
  }

  /**
   * Writes ids into slots and sets their level. A slot that is settled already keeps its token and
   * its level: {@link #withdraw} it first.
   *
   * @param at the slots
   * @param level from 0 to 1
   * @param values [sample, slot of {@code at}, codebook]
   * @throws IllegalArgumentException when the size does not fit, or an id is outside the vocabulary
   */
  public void write(Slots at, float level, long[] values) {
    requireDiscrete();
    checkSize(at, values.length);
    checkIds(values);
    forEachCell(at, level, (from, to) -> System.arraycopy(values, from, ids, to, numbers));
  }

  /**
   * Writes vectors into slots and sets their level. A slot that is settled already keeps its token
   * and its level: {@link #withdraw} it first.
   *
   * @param at the slots
   * @param level from 0 to 1
   * @param values [sample, slot of {@code at}, width]
   * @throws IllegalArgumentException when the size does not fit
   */
  public void write(Slots at, float level, float[] values) {
    requireContinuous();
    checkSize(at, values.length);
    forEachCell(at, level, (from, to) -> System.arraycopy(values, from, vectors, to, numbers));
  }

  /**
   * Settles a run of slots of one sample, with one id each.
   *
   * @param first slot of the run
   * @throws IllegalArgumentException when an id is outside the vocabulary
   */
  public void settle(int sample, int first, long[] values) {
    requireDiscrete();
    Objects.checkFromIndexSize(first, values.length, length(sample));
    checkIds(values);
    for (int i = 0; i < values.length; i++) {
      int cell = cell(sample, first + i);
      if (levels[cell] < 1f) {
        Arrays.fill(ids, cell * numbers, (cell + 1) * numbers, values[i]);
        levels[cell] = 1f;
      }
    }
  }

  /**
   * Sets a slot's level and leaves its token.
   *
   * @param level from 0 to 1
   */
  public void setLevel(int sample, int slot, float level) {
    levels[cell(sample, slot)] = checkLevel(level);
  }

  /**
   * Takes a slot back to unknown; backbones are told to forget it before the next step.
   *
   * @see #drainWithdrawn()
   */
  public void withdraw(int sample, int slot) {
    levels[cell(sample, slot)] = 0f;
    withdrawn.add(new int[] {sample, slot});
  }

  /**
   * The slots withdrawn since the last call, as (sample, slot) pairs in order; the runtime passes
   * them on to the backbone's context.
   */
  public List<int[]> drainWithdrawn() {
    List<int[]> drained = List.copyOf(withdrawn);
    withdrawn.clear();
    return drained;
  }

  /** A canvas of the same content that later writes do not reach. */
  public Canvas copy() {
    return new Canvas(
        layout,
        tokenSpace,
        samples,
        lengths.clone(),
        sideInformation.clone(),
        levels.clone(),
        ids.clone(),
        vectors.clone());
  }

  /** A copy of one sample, as a canvas of its own. */
  public Canvas sample(int sample) {
    Objects.checkIndex(sample, samples);
    int size = slots * numbers;
    return new Canvas(
        layout,
        tokenSpace,
        1,
        new int[] {lengths[sample]},
        new float[][] {sideInformation[sample]},
        Arrays.copyOfRange(levels, sample * slots, (sample + 1) * slots),
        ids.length == 0 ? ids : Arrays.copyOfRange(ids, sample * size, (sample + 1) * size),
        vectors.length == 0
            ? vectors
            : Arrays.copyOfRange(vectors, sample * size, (sample + 1) * size));
  }

  private interface CellCopy {
    void copy(int from, int to);
  }

  private void forEachCell(Slots at, float level, CellCopy copy) {
    checkLevel(level);
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < at.count(); i++) {
        int cell = cell(sample, at.slot(sample, i));
        if (levels[cell] < 1f) {
          copy.copy((sample * at.count() + i) * numbers, cell * numbers);
          levels[cell] = level;
        }
      }
    }
  }

  private void checkIds(long[] values) {
    int vocabulary = ((TokenSpace.Discrete) tokenSpace).vocabulary();
    for (long id : values) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "id: expected 0 to " + (vocabulary - 1) + ", found " + id);
      }
    }
  }

  private static float checkLevel(float level) {
    if (!(level >= 0f && level <= 1f)) {
      throw new IllegalArgumentException("level: expected 0 to 1, found " + level);
    }
    return level;
  }

  private void checkSize(Slots at, int found) {
    int expected = samples * at.count() * numbers;
    if (found != expected) {
      throw new IllegalArgumentException(
          "tokens: expected "
              + samples
              + "×"
              + at.count()
              + "×"
              + numbers
              + " numbers, found "
              + found);
    }
  }

  private int cell(int sample, int slot) {
    return Objects.checkIndex(sample, samples) * slots + Objects.checkIndex(slot, slots);
  }

  private void requireDiscrete() {
    if (!(tokenSpace instanceof TokenSpace.Discrete)) {
      throw new IllegalStateException("The canvas holds continuous tokens, not ids");
    }
  }

  private void requireContinuous() {
    if (!(tokenSpace instanceof TokenSpace.Continuous)) {
      throw new IllegalStateException("The canvas holds ids, not continuous tokens");
    }
  }
}
