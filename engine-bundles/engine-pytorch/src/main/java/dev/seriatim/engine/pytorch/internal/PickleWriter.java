package dev.seriatim.engine.pytorch.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The part of Python's pickle format (protocol 2) that describes a TorchScript object: None, bool,
 * int, float, list of int, an empty list of tensors and an empty tensor.
 */
final class PickleWriter {
  /** A tensor without elements, a placeholder until a setter is called. */
  static final Object EMPTY_TENSOR = new Object();

  /** A list without elements, of whatever type. */
  static final Object EMPTY_LIST = new Object();

  private static final int PROTOCOL = 0x80;
  private static final int NEW_OBJECT = 0x81;
  private static final int TUPLE_OF_ONE = 0x85;
  private static final int TRUE = 0x88;
  private static final int FALSE = 0x89;
  private static final int LONG = 0x8a;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private PickleWriter() {
    write(PROTOCOL, 2);
  }

  /** An instance of a class of the archive, with these attributes. */
  static byte[] object(String className, Map<String, ?> attributes) {
    PickleWriter pickle = new PickleWriter();
    pickle.global("__torch__", className);
    pickle.write(')', NEW_OBJECT, '}', '(');
    attributes.forEach(
        (name, value) -> {
          pickle.string(name);
          pickle.value(value);
        });
    pickle.write('u', 'b', '.');
    return pickle.out.toByteArray();
  }

  /** The empty tuple. */
  static byte[] emptyTuple() {
    PickleWriter pickle = new PickleWriter();
    pickle.write(')', '.');
    return pickle.out.toByteArray();
  }

  private void value(Object value) {
    if (value == null) {
      write('N');
    } else if (value instanceof Boolean flag) {
      write(flag ? TRUE : FALSE);
    } else if (value instanceof Long number) {
      integer(number);
    } else if (value instanceof Double number) {
      write('G');
      bigEndian(Double.doubleToLongBits(number));
    } else if (value instanceof long[] numbers) {
      integers(numbers);
    } else if (value == EMPTY_LIST) {
      write(']');
    } else if (value == EMPTY_TENSOR) {
      emptyTensor();
    } else {
      throw new IllegalArgumentException("No pickle form for " + value.getClass());
    }
  }

  private void integers(long[] numbers) {
    global("torch.jit._pickle", "build_intlist");
    write(']', '(');
    for (long number : numbers) {
      integer(number);
    }
    write('e', TUPLE_OF_ONE, 'R');
  }

  /** A view of the archive's storage 0, which has no elements. */
  private void emptyTensor() {
    global("torch._utils", "_rebuild_tensor_v2");
    write('(', '(');
    string("storage");
    global("torch", "FloatStorage");
    string(TorchScriptArchive.EMPTY_STORAGE);
    string("cpu");
    integer(0);
    write('t', 'Q');
    integer(0); // offset
    write('(');
    integer(0); // shape
    write('t', '(');
    integer(1); // stride
    write('t', FALSE);
    global("collections", "OrderedDict");
    write(')', 'R', 't', 'R');
  }

  private void global(String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void string(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    write('X');
    littleEndian(bytes.length, Integer.BYTES);
    out.writeBytes(bytes);
  }

  private void integer(long value) {
    if (value == (int) value) {
      write('J');
      littleEndian(value, Integer.BYTES);
    } else {
      write(LONG, Long.BYTES);
      littleEndian(value, Long.BYTES);
    }
  }

  private void littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }

  private void bigEndian(long value) {
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      out.write((int) (value >>> (8 * i)));
    }
  }

  private void write(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }
}
