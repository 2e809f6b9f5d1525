package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.ElementType;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** A value of a pickle, kept as data: nothing that it names was called or instantiated. */
sealed interface Value {
  /** What it is, in a message. */
  String inWords();

  /** Python's {@code None}. */
  enum None implements Value {
    /** The only one. */
    NONE;

    @Override
    public String inWords() {
      return "None";
    }
  }

  /** A boolean. */
  record Truth(boolean value) implements Value {
    @Override
    public String inWords() {
      return value ? "True" : "False";
    }
  }

  /** An integer of 64 bits. */
  record Whole(long value) implements Value {
    @Override
    public String inWords() {
      return Long.toString(value);
    }
  }

  /** An integer of more than 64 bits. */
  record BigWhole(BigInteger value) implements Value {
    @Override
    public String inWords() {
      return "an integer of " + value.bitLength() + " bits";
    }
  }

  /** A floating-point number. */
  record Real(double value) implements Value {
    @Override
    public String inWords() {
      return Double.toString(value);
    }
  }

  /** A text; also a dtype, a device or a file system path, by name. */
  record Text(String value) implements Value {
    @Override
    public String inWords() {
      return Faults.quote(value);
    }
  }

  /** Bytes. */
  record Bytes(byte[] value) implements Value {
    @Override
    public String inWords() {
      return value.length + " bytes";
    }
  }

  /** A list, a tuple or a set, whose items may be added to while it is read. */
  record Items(Kind kind, List<Value> values) implements Value {
    /** Which of them. */
    enum Kind {
      LIST,
      TUPLE,
      SET
    }

    @Override
    public String inWords() {
      return switch (kind) {
        case LIST -> "a list";
        case TUPLE -> "a tuple";
        case SET -> "a set";
      };
    }
  }

  /** A dictionary. Its keys, texts or integers, are kept as texts. */
  record Entries(Map<String, Value> values) implements Value {
    @Override
    public String inWords() {
      return "a dict";
    }
  }

  /** What an object of some class held: the class by name, and its fields. */
  record Named(ClassName type, Map<String, Value> fields) implements Value {
    @Override
    public String inWords() {
      return "an object of " + type.inWords();
    }
  }

  /** Name of a class or function. */
  record ClassName(String module, String name) implements Value {
    @Override
    public String inWords() {
      return module + "." + name;
    }
  }

  /** A type of NumPy scalars, by NumPy's code. */
  record NumpyType(String code) implements Value {
    @Override
    public String inWords() {
      return "numpy.dtype " + Faults.quote(code);
    }
  }

  /** Elements that tensors share, as declared; not yet compared with what the file holds. */
  record Storage(String key, ElementType type, long elements) implements Value {
    @Override
    public String inWords() {
      return "a storage";
    }
  }

  /**
   * A view into a storage, whose extent lies within what the storage declares.
   *
   * @param storage where the elements are
   * @param type of the elements
   * @param offset of the first, in elements
   * @param shape axes
   * @param strides elements from one index to the next, for each axis; 0 repeats
   */
  record Tensor(Storage storage, ElementType type, long offset, long[] shape, long[] strides)
      implements Value {
    @Override
    public String inWords() {
      return "a tensor";
    }
  }
}
