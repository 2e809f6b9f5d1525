package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;

/**
 * Java values to and from libtorch's. Every {@link IValue} is a native handle that must be closed.
 */
final class EngineValues {
  private EngineValues() {}

  static IValue of(NDArray array) {
    return IValue.from(torch(array));
  }

  static IValue listOf(NDList arrays) {
    return IValue.listFrom(arrays.stream().map(EngineValues::torch).toArray(PtNDArray[]::new));
  }

  /** An argument of a kernel's method; {@code null} is not one. */
  static IValue argument(Object value) {
    if (value instanceof NDArray array) {
      return of(array);
    } else if (value instanceof Integer || value instanceof Long) {
      return IValue.from(((Number) value).longValue());
    } else if (value instanceof Float || value instanceof Double) {
      return IValue.from(((Number) value).doubleValue());
    } else if (value instanceof Boolean flag) {
      return IValue.from(flag.booleanValue());
    } else if (value instanceof NDList arrays) {
      return listOf(arrays);
    } else if (value instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    }
    throw new IllegalArgumentException(
        "A kernel takes NDArray, int, float, bool, null, NDList and long[], not "
            + value.getClass().getName());
  }

  /** The tensors of a result: one, or those of a tuple or list; none for {@code None}. */
  static NDList result(IValue value, PtNDManager manager) {
    NDList arrays = new NDList();
    collect(value, manager, arrays);
    return arrays;
  }

  private static void collect(IValue value, PtNDManager manager, NDList into) {
    if (value.isTensor()) {
      into.add(value.toTensor(manager));
    } else if (value.isTensorList()) {
      into.addAll(Arrays.asList(value.toTensorArray(manager)));
    } else if (value.isTuple()) {
      IValue[] elements = value.toIValueTuple();
      try {
        for (IValue element : elements) {
          collect(element, manager, into);
        }
      } finally {
        for (IValue element : elements) {
          element.close();
        }
      }
    } else if (!value.getType().equals("NoneType")) {
      throw new IllegalArgumentException(
          "expected a tensor, or a tuple or list of tensors, found " + value.getType());
    }
  }

  static PtNDManager torch(ai.djl.ndarray.NDManager manager) {
    if (manager instanceof PtNDManager torch) {
      return torch;
    }
    throw new IllegalArgumentException("Not a manager of this engine: " + manager);
  }

  private static PtNDArray torch(NDArray array) {
    if (array instanceof PtNDArray torch) {
      return torch;
    }
    throw new IllegalArgumentException("Not an array of this engine: " + array.getClass());
  }
}
