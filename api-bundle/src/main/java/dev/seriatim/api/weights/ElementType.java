package dev.seriatim.api.weights;

/** Element types of tensors in a checkpoint, named as in the safetensors format. */
public enum ElementType {
  /** float64. */
  F64(8),
  /** float32. */
  F32(4),
  /** float16. */
  F16(2),
  /** bfloat16. */
  BF16(2),
  /** int64. */
  I64(8),
  /** int32. */
  I32(4),
  /** int16. */
  I16(2),
  /** int8. */
  I8(1),
  /** uint8. */
  U8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
