package dev.seriatim.checkpoints.torch.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where the elements of a tensor lie in the file. Its extent has been checked.
 *
 * @param info name, type and shape
 * @param region the storage
 * @param offset from the begin of the storage to the first element, in bytes
 * @param strides from one index to the next, in bytes, for each axis
 */
record TensorView(TensorInfo info, Region region, long offset, long[] strides) {
  /**
   * Most bytes of a tensor that repeats elements (a stride of 0, or rows that overlap) and so needs
   * more than the file has.
   */
  static final long LARGEST_REPEATING = 256L << 20;

  static TensorView of(Faults faults, String name, Value.Tensor tensor, Region region) {
    int width = tensor.type().bytes();
    long[] strides = new long[tensor.strides().length];
    TensorInfo info = new TensorInfo(name, tensor.type(), new Shape(tensor.shape()));
    boolean empty = info.shape().size() == 0;
    for (int axis = 0; axis < strides.length && !empty; axis++) {
      // The stride of an axis of one may be any number: it is never used.
      strides[axis] = tensor.shape()[axis] == 1 ? 0 : tensor.strides()[axis] * width;
    }
    TensorView view = new TensorView(info, region, empty ? 0 : tensor.offset() * width, strides);
    if (view.length() > region.length() && view.length() > LARGEST_REPEATING) {
      throw faults.refuse(
          "tensor " + Faults.quote(name),
          "at most " + LARGEST_REPEATING + " bytes in a tensor that repeats elements",
          view.length());
    }
    return view;
  }

  /** Bytes of all elements. */
  long length() {
    return info.shape().size() * info.type().bytes();
  }

  /** Bytes from the first element to the end of the last, as they lie in the file. */
  long extent() {
    if (length() == 0) {
      return 0;
    }
    long extent = info.type().bytes();
    for (int axis = 0; axis < strides.length; axis++) {
      extent += (info.shape().get(axis) - 1) * strides[axis];
    }
    return extent;
  }

  /** Whether the elements lie in the file as they are wanted: row-major and without gaps. */
  boolean isContiguous() {
    long expected = info.type().bytes();
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      if (info.shape().get(axis) != 1 && strides[axis] != expected) {
        return length() == 0;
      }
      expected *= info.shape().get(axis);
    }
    return true;
  }

  /**
   * Copies elements in row-major order until the target is full.
   *
   * @param source the extent
   * @param first index of the first element in row-major order
   * @param target with room for a whole number of elements, not more than there are
   */
  void gather(ByteBuffer source, long first, ByteBuffer target) {
    int axes = strides.length;
    long[] shape = info.shape().getShape();
    long[] index = new long[axes];
    long at = 0;
    long rest = first;
    for (int axis = axes - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
      at += index[axis] * strides[axis];
    }
    ByteBuffer from = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    target.order(ByteOrder.LITTLE_ENDIAN);
    while (target.hasRemaining()) {
      copy(from, (int) at, target);
      for (int axis = axes - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        at -= shape[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }

  private void copy(ByteBuffer from, int at, ByteBuffer target) {
    switch (info.type().bytes()) {
      case 8 -> target.putLong(from.getLong(at));
      case 4 -> target.putInt(from.getInt(at));
      case 2 -> target.putShort(from.getShort(at));
      default -> target.put(from.get(at));
    }
  }
}
