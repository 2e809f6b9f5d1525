package dev.seriatim.backbone.rar.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import java.util.function.IntBinaryOperator;

/**
 * Keys and values of the inputs so far, in each sample's own order. Tokens, settled or proposed,
 * are taken in lazily, by the forward that first needs them, because an input has to be told which
 * slot comes next. They stay valid for as long as the canvas holds them.
 */
final class RarContext implements BackboneContext {
  private final Kernel kernel;
  private final List<Stream> streams;

  /** int64 [row]: rows of the condition table. */
  private final NDArray labels;

  /** float32 [layer, key or value, row, head, input, head width]. */
  private final NDArray cache;

  private final List<RarOrder> orders;

  RarContext(
      Kernel kernel, List<Stream> streams, NDArray labels, NDArray cache, List<RarOrder> orders) {
    this.kernel = kernel;
    this.streams = streams;
    this.labels = labels;
    this.cache = cache;
    this.orders = orders;
  }

  @Override
  public Hidden forward(Step step, Canvas canvas, NDManager scope) {
    for (int sample = 0; sample < orders.size(); sample++) {
      orders.get(sample).turnTo(step, canvas, sample);
    }
    int count =
        orders.stream().mapToInt(order -> order.inputs() - order.firstNew()).max().orElse(1);
    // Where a sample has fewer new inputs, some are computed again; where it has fewer inputs at
    // all, what follows them is overwritten before it is seen.
    int[] first = orders.stream().mapToInt(o -> Math.max(0, o.inputs() - count)).toArray();
    int end = orders.stream().mapToInt(o -> Math.max(o.inputs(), count)).max().orElse(count);
    NDArray ids = matrix(count, scope, (s, i) -> token(canvas, s, first[s] + i));
    NDArray places = matrix(count, scope, (s, i) -> place(s, first[s] + i));
    NDArray targets = matrix(count, scope, (s, i) -> target(s, first[s] + i));
    NDArray times = matrix(count, scope, (s, i) -> orders.get(s).time(first[s] + i));
    NDArray seen = matrix(count, scope, (s, i) -> orders.get(s).seen(first[s] + i));
    NDArray index = matrix(count, scope, (s, i) -> first[s] + i);
    NDArray picked =
        matrix(
            step.slots().count(),
            scope,
            (s, i) -> orders.get(s).predicting(step.slots().slot(s, i)) - first[s]);
    NDArray states =
        kernel.callForOne(
            scope, "step", ids, places, targets, times, seen, index, picked, labels, cache, end);
    orders.forEach(RarOrder::computed);
    return new Hidden(streams, states);
  }

  private int token(Canvas canvas, int sample, int input) {
    int slot = orders.get(sample).held(input);
    return slot < 0 ? 0 : (int) canvas.id(sample, slot, 0);
  }

  /** 0 for input 0, 1 for the condition, 2 + slot for a token. */
  private int place(int sample, int input) {
    int slot = orders.get(sample).held(input);
    return slot < 0 ? Math.min(input, 1) : 2 + slot;
  }

  /** 2 + the slot that is next, 0 for none. */
  private int target(int sample, int input) {
    int slot = orders.get(sample).told(input);
    return slot < 0 ? 0 : 2 + slot;
  }

  /** int64 [sample, column]. */
  private NDArray matrix(int columns, NDManager scope, IntBinaryOperator number) {
    long[] numbers = new long[orders.size() * columns];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number.applyAsInt(i / columns, i % columns);
    }
    return scope.create(numbers, new Shape(orders.size(), columns));
  }

  @Override
  public void advance(Step step, Draw draw, Canvas canvas) {
    // Taken in by the next forward.
  }

  @Override
  public void rollback(List<int[]> withdrawn) {
    // The next forward compares what was taken in with the canvas.
  }

  @Override
  public BackboneContext fork(NDManager scope) {
    NDArray ownLabels = labels.duplicate();
    NDArray ownCache = cache.duplicate();
    ownLabels.attach(scope);
    ownCache.attach(scope);
    List<RarOrder> own = orders.stream().map(RarOrder::copy).toList();
    return new RarContext(kernel, streams, ownLabels, ownCache, own);
  }

  @Override
  public void close() {
    labels.close();
    cache.close();
  }
}
