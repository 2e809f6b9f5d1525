package dev.seriatim.importing.internal;

import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A weight to write, and where its bytes come from.
 *
 * @param info of the weight; its type is that of the parts, its shape the parameter's
 * @param parts tensors that are joined along an axis
 * @param axis from 0
 * @param form how the whole is brought into the weight's shape
 */
public record PlannedWeight(TensorInfo info, List<Part> parts, int axis, Form form) {

  /** A tensor of a checkpoint. */
  record Part(Checkpoint checkpoint, TensorInfo tensor) {
    ByteBuffer bytes() {
      return checkpoint.bytes(tensor.name());
    }

    /** Bytes of its elements from an axis on, for one place on the axes before it. */
    int run(int axis) {
      return Math.toIntExact(tensor.shape().slice(axis).size() * tensor.type().bytes());
    }
  }

  /** Number of its bytes. */
  long size() {
    return info.shape().size() * info.type().bytes();
  }

  /**
   * Refuses a weight that is too large to be written.
   *
   * @throws CheckpointException when it has more bytes than a buffer can
   */
  void requireWritable() {
    if (size() > Integer.MAX_VALUE) {
      throw new CheckpointException(
          "weight "
              + info.name()
              + ": expected at most "
              + Integer.MAX_VALUE
              + " bytes, found "
              + size());
    }
  }

  /** Its bytes. Those of one tensor that is taken as it is are the checkpoint's own. */
  ByteBuffer bytes() {
    ByteBuffer joined = parts.size() == 1 ? parts.get(0).bytes() : joined(Math.toIntExact(size()));
    return form == Form.TRANSPOSED ? transposed(joined) : joined;
  }

  private ByteBuffer joined(int size) {
    ByteBuffer joined = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    List<ByteBuffer> from = parts.stream().map(Part::bytes).toList();
    while (joined.hasRemaining()) {
      for (int i = 0; i < from.size(); i++) {
        ByteBuffer part = from.get(i);
        int run = parts.get(i).run(axis);
        joined.put(part.slice(part.position(), run));
        part.position(part.position() + run);
      }
    }
    return joined.flip();
  }

  /** [matrix, column, row] of [matrix, row, column]. */
  private ByteBuffer transposed(ByteBuffer from) {
    int axes = info.shape().dimension();
    int rows = Math.toIntExact(info.shape().get(axes - 1));
    int columns = Math.toIntExact(info.shape().get(axes - 2));
    int width = info.type().bytes();
    int matrix = rows * columns * width;
    int first = from.position();
    ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    for (int start = 0; start < to.capacity(); start += matrix) {
      for (int column = 0; column < columns; column++) {
        for (int row = 0; row < rows; row++) {
          to.put(from.slice(first + start + (row * columns + column) * width, width));
        }
      }
    }
    return to.flip();
  }
}
