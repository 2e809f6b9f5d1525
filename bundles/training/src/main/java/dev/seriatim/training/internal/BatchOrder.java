package dev.seriatim.training.internal;

/**
 * Which examples (images, windows of a text) make up the batch of a step, how each is moved and
 * whether its condition is dropped: functions of seed, stage and step alone. The data are gone
 * through epoch by epoch, each in a random order of its own; batches run on from one epoch into the
 * next.
 */
final class BatchOrder {
  private final int examples;
  private final int batch;
  private final int variants;
  private final double dropout;
  private final Counters order;
  private final Counters variant;
  private final Counters drop;
  private long epoch = -1;
  private int[] permutation;

  /**
   * @param seed of the run
   * @param stage name of the stage
   * @param examples in the data set
   * @param batch examples per step
   * @param variants number of ways in which an example may be moved, at least 1
   * @param dropout probability that a condition is dropped
   */
  BatchOrder(long seed, String stage, int examples, int batch, int variants, double dropout) {
    this.examples = examples;
    this.batch = batch;
    this.variants = variants;
    this.dropout = dropout;
    this.order = new Counters(seed, stage + "/order");
    this.variant = new Counters(seed, stage + "/shift");
    this.drop = new Counters(seed, stage + "/drop");
  }

  /**
   * A batch.
   *
   * @param examples index of each
   * @param variants how each is moved
   * @param dropped whether the condition of each is dropped
   */
  record Batch(int[] examples, int[] variants, boolean[] dropped) {}

  /**
   * The batch of a step.
   *
   * @param step from 0
   */
  Batch at(long step) {
    int[] chosen = new int[batch];
    int[] moved = new int[batch];
    boolean[] dropped = new boolean[batch];
    for (int i = 0; i < batch; i++) {
      long position = step * batch + i;
      chosen[i] = example(position);
      moved[i] = variant.below(variants, position);
      dropped[i] = drop.uniform(position) < dropout;
    }
    return new Batch(chosen, moved, dropped);
  }

  private int example(long position) {
    long wanted = position / examples;
    if (wanted != epoch) {
      permutation = order.permutation(examples, wanted);
      epoch = wanted;
    }
    return permutation[(int) (position % examples)];
  }
}
