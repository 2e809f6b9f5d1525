package dev.seriatim.importing.internal;

import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A weight to write, and where its bytes come from.
 *
 * @param info of the weight; its type is that of the sources, its shape the parameter's
 * @param checkpoint that holds the sources
 * @param sources tensors joined along their first axis
 * @param form how the whole is brought into the weight's shape
 */
public record PlannedWeight(
    TensorInfo info, Checkpoint checkpoint, List<String> sources, Form form) {

  /** Number of its bytes. */
  long size() {
    return info.shape().size() * info.type().bytes();
  }

  /** Its bytes. Those of one tensor that is taken as it is are the checkpoint's own. */
  ByteBuffer bytes() {
    ByteBuffer joined =
        sources.size() == 1 ? checkpoint.bytes(sources.get(0)) : joined(Math.toIntExact(size()));
    return form == Form.TRANSPOSED ? transposed(joined) : joined;
  }

  private ByteBuffer joined(int size) {
    ByteBuffer joined = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    sources.forEach(source -> joined.put(checkpoint.bytes(source)));
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
