package dev.seriatim.training.internal;

/**
 * Which images make up the batch of a step, how each is shifted and whether its condition is
 * dropped: functions of seed, stage and step alone. The data are gone through epoch by epoch, each
 * in a random order of its own; batches run on from one epoch into the next.
 */
final class BatchOrder {
  private final int images;
  private final int batch;
  private final int shifts;
  private final double dropout;
  private final Counters order;
  private final Counters shift;
  private final Counters drop;
  private long epoch = -1;
  private int[] permutation;

  /**
   * @param seed of the run
   * @param stage name of the stage
   * @param images in the data set
   * @param batch images per step
   * @param shifts number of shifts that an image may have, at least 1
   * @param dropout probability that a condition is dropped
   */
  BatchOrder(long seed, String stage, int images, int batch, int shifts, double dropout) {
    this.images = images;
    this.batch = batch;
    this.shifts = shifts;
    this.dropout = dropout;
    this.order = new Counters(seed, stage + "/order");
    this.shift = new Counters(seed, stage + "/shift");
    this.drop = new Counters(seed, stage + "/drop");
  }

  /**
   * A batch.
   *
   * @param images index of each
   * @param shifts index of the shift of each
   * @param dropped whether the condition of each is dropped
   */
  record Batch(int[] images, int[] shifts, boolean[] dropped) {}

  /**
   * The batch of a step.
   *
   * @param step from 0
   */
  Batch at(long step) {
    int[] chosen = new int[batch];
    int[] shifted = new int[batch];
    boolean[] dropped = new boolean[batch];
    for (int i = 0; i < batch; i++) {
      long position = step * batch + i;
      chosen[i] = image(position);
      shifted[i] = shift.below(shifts, position);
      dropped[i] = drop.uniform(position) < dropout;
    }
    return new Batch(chosen, shifted, dropped);
  }

  private int image(long position) {
    long wanted = position / images;
    if (wanted != epoch) {
      permutation = order.permutation(images, wanted);
      epoch = wanted;
    }
    return permutation[(int) (position % images)];
  }
}
