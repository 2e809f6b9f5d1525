package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.engine.Precision;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes an array of a checkpoint's tensor: floating-point ones in the engine's precision, others as
 * they are. DJL ends the process when it meets bfloat16, so that type never passes through it.
 */
final class WeightReader {
  private final BoundKernel engineKernel;
  private final Precision precision;

  WeightReader(BoundKernel engineKernel, Precision precision) {
    this.engineKernel = engineKernel;
    this.precision = precision;
  }

  NDArray read(Checkpoint checkpoint, String name, NDManager manager) {
    TensorInfo info = checkpoint.tensors().get(name);
    DataType type = dataType(checkpoint, info);
    // libtorch starts where the buffer's memory starts, whatever its position: hence the slice.
    ByteBuffer bytes = checkpoint.bytes(name).slice();
    if (info.type() == ElementType.BF16) {
      bytes = widen(bytes);
    }
    // This array lies over the file's bytes, which must not be needed later: hence the copies.
    try (NDArray file = manager.create(bytes, info.shape(), type)) {
      if (!type.isFloating()) {
        return file.duplicate();
      }
      return switch (precision) {
        case FP32 -> copy(file, DataType.FLOAT32);
        case FP16 -> copy(file, DataType.FLOAT16);
        case BF16 -> engineKernel.callOutsideInference(manager, "to_bfloat16", file).get(0);
      };
    }
  }

  /** DJL's toType gives the same memory where the type is the same, even when asked for a copy. */
  private static NDArray copy(NDArray file, DataType type) {
    return file.getDataType() == type ? file.duplicate() : file.toType(type, true);
  }

  /** A bfloat16 is the upper half of a float32. */
  private static ByteBuffer widen(ByteBuffer halves) {
    ByteBuffer source = halves.order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer floats =
        ByteBuffer.allocateDirect(Math.multiplyExact(2, source.remaining()))
            .order(ByteOrder.nativeOrder());
    while (source.hasRemaining()) {
      floats.putInt(source.getShort() << Short.SIZE);
    }
    return floats.flip();
  }

  private static DataType dataType(Checkpoint checkpoint, TensorInfo info) {
    return switch (info.type()) {
      case F64 -> DataType.FLOAT64;
      case F32, BF16 -> DataType.FLOAT32;
      case F16 -> DataType.FLOAT16;
      case I64 -> DataType.INT64;
      case I32 -> DataType.INT32;
      case I8 -> DataType.INT8;
      case U8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
      case I16 ->
          throw new CheckpointException(
              checkpoint.path()
                  + ": tensor "
                  + info.name()
                  + ": expected an element type that the engine has, found I16");
    };
  }
}
