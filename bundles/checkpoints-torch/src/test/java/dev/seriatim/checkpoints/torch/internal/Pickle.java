package dev.seriatim.checkpoints.torch.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Pickles written instruction by instruction, as Python's {@code pickletools} names them. */
final class Pickle {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Pickle() {
    this(2);
  }

  Pickle(int protocol) {
    raw(0x80, protocol);
  }

  Pickle raw(int... instructions) {
    for (int instruction : instructions) {
      bytes.write(instruction);
    }
    return this;
  }

  /** Instructions of one letter. */
  Pickle ops(String letters) {
    bytes.writeBytes(letters.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  Pickle global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  Pickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw('X');
    bytes.writeBytes(littleEndian(4, utf8.length));
    bytes.writeBytes(utf8);
    return this;
  }

  Pickle integer(long value) {
    raw(0x8a, 8);
    bytes.writeBytes(littleEndian(8, value));
    return this;
  }

  /** A call with arguments that {@code arguments} pushes. */
  Pickle call(String module, String name, Runnable arguments) {
    global(module, name).ops("(");
    arguments.run();
    return ops("tR");
  }

  Pickle storage(String type, String key, long elements) {
    ops("(").text("storage").global("torch", type).text(key).text("cpu");
    return integer(elements).ops("tQ");
  }

  /** A tensor as PyTorch writes it. */
  Pickle tensor(Runnable storage, long offset, long[] shape, long[] strides) {
    return call(
        "torch._utils",
        "_rebuild_tensor_v2",
        () -> {
          storage.run();
          integer(offset).integers(shape).integers(strides);
          raw(0x89).call("collections", "OrderedDict", () -> {});
        });
  }

  /** A tensor of 4-byte floats, in a storage {@code 0}. */
  Pickle tensor(long elements, long offset, long[] shape, long[] strides) {
    return tensor(() -> storage("FloatStorage", "0", elements), offset, shape, strides);
  }

  Pickle integers(long... values) {
    ops("(");
    for (long value : values) {
      integer(value);
    }
    return ops("t");
  }

  byte[] bytes() {
    byte[] written = bytes.toByteArray();
    byte[] ended = java.util.Arrays.copyOf(written, written.length + 1);
    ended[written.length] = '.';
    return ended;
  }

  private static byte[] littleEndian(int length, long value) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    return java.util.Arrays.copyOf(all, length);
  }
}
