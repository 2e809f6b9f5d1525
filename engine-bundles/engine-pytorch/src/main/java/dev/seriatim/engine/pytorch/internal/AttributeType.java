package dev.seriatim.engine.pytorch.internal;

import java.util.List;

/** What an attribute of a kernel may be, and how a Java value becomes one. */
enum AttributeType {
  TENSOR("Tensor"),
  TENSOR_LIST("List[Tensor]"),
  OPTIONAL_TENSOR("Optional[Tensor]"),
  OPTIONAL_TENSOR_LIST("Optional[List[Tensor]]"),
  INT("int"),
  FLOAT("float"),
  BOOL("bool"),
  INT_LIST("List[int]"),

  /** What the kernel keeps for itself, {@code Optional[…]}: it starts as {@code None}. */
  STATE(""),
  UNKNOWN("");

  private final String declaration;

  AttributeType(String declaration) {
    this.declaration = declaration;
  }

  static AttributeType of(String declaration) {
    for (AttributeType type : values()) {
      if (type.declaration.equals(declaration)) {
        return type;
      }
    }
    return declaration.startsWith("Optional[") ? STATE : UNKNOWN;
  }

  boolean isTensor() {
    return this == TENSOR || isTensorList() || this == OPTIONAL_TENSOR;
  }

  boolean isTensorList() {
    return this == TENSOR_LIST || this == OPTIONAL_TENSOR_LIST;
  }

  /** Whether it is {@code None} where there is no such weight. */
  boolean isOptional() {
    return this == OPTIONAL_TENSOR || this == OPTIONAL_TENSOR_LIST;
  }

  boolean isConstant() {
    return this == INT || this == FLOAT || this == BOOL || this == INT_LIST;
  }

  /**
   * A constant as {@link PickleWriter} writes it.
   *
   * @throws IllegalArgumentException when the value is of another type
   */
  Object constant(Object value) {
    if (this == INT && (value instanceof Integer || value instanceof Long)) {
      return ((Number) value).longValue();
    }
    if (this == FLOAT && value instanceof Number number) {
      return number.doubleValue();
    }
    if (this == BOOL && value instanceof Boolean) {
      return value;
    }
    if (this == INT_LIST && value instanceof long[] array) {
      return array.clone();
    }
    if (this == INT_LIST && value instanceof int[] array) {
      return java.util.Arrays.stream(array).asLongStream().toArray();
    }
    if (this == INT_LIST && value instanceof List<?> list) {
      return list.stream().mapToLong(AttributeType::element).toArray();
    }
    throw new IllegalArgumentException(
        "expected "
            + declaration
            + ", found "
            + (value == null ? "null" : value + " (" + value.getClass().getSimpleName() + ")"));
  }

  private static long element(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException("expected List[int], found the element " + value);
  }
}
