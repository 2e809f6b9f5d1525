package dev.seriatim.api.engine;

/** Data type of weights and arithmetic. */
public enum Precision {
  /** IEEE 754 single precision. */
  FP32,
  /** IEEE 754 half precision. */
  FP16,
  /** bfloat16. */
  BF16
}
