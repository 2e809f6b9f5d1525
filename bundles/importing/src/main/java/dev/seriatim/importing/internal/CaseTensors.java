package dev.seriatim.importing.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/** Makes arrays of a case's tensors: float32 of floating point, int64 of all else. */
final class CaseTensors {
  private CaseTensors() {}

  /**
   * A tensor as an array.
   *
   * @throws CheckpointException when there is no such tensor
   */
  static NDArray array(Checkpoint tensors, String name, NDManager manager) {
    TensorInfo info = tensors.tensors().get(name);
    if (info == null) {
      throw new CheckpointException(
          tensors.path() + ": tensor " + name + ": expected one of that name, found none");
    }
    ByteBuffer bytes = tensors.bytes(name).order(ByteOrder.LITTLE_ENDIAN);
    int size = Math.toIntExact(info.shape().size());
    return switch (info.type()) {
      case F64, F32, F16, BF16 -> manager.create(floats(info, bytes, size), info.shape());
      case I64, I32, I16, I8, U8, BOOL -> manager.create(integers(info, bytes, size), info.shape());
    };
  }

  private static float[] floats(TensorInfo info, ByteBuffer bytes, int size) {
    float[] values = new float[size];
    switch (info.type()) {
      case F64 -> {
        for (int i = 0; i < size; i++) {
          values[i] = (float) bytes.getDouble();
        }
      }
      case F32 -> bytes.asFloatBuffer().get(values);
      case F16 -> {
        ShortBuffer halves = bytes.asShortBuffer();
        for (int i = 0; i < size; i++) {
          values[i] = half(halves.get(i));
        }
      }
      default -> { // bfloat16 is the upper half of a float32
        ShortBuffer halves = bytes.asShortBuffer();
        for (int i = 0; i < size; i++) {
          values[i] = Float.intBitsToFloat(halves.get(i) << Short.SIZE);
        }
      }
    }
    return values;
  }

  private static long[] integers(TensorInfo info, ByteBuffer bytes, int size) {
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          switch (info.type()) {
            case I64 -> bytes.getLong();
            case I32 -> bytes.getInt();
            case I16 -> bytes.getShort();
            case I8 -> bytes.get();
            default -> bytes.get() & 0xff;
          };
    }
    return values;
  }

  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb(1024f + fraction, exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
