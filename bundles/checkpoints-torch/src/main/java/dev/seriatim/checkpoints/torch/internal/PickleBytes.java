package dev.seriatim.checkpoints.torch.internal;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The operands of a pickle, each checked against what is left before it is taken. */
final class PickleBytes {
  /** Most bytes of an integer. */
  static final int LONGEST_INTEGER = 256;

  /** Most bytes of a line, which holds the name of a module or of a class. */
  static final int LONGEST_LINE = 512;

  private final Faults faults;
  private final String key;
  private final ByteBuffer bytes;

  /**
   * @param key what the bytes are, for messages
   * @param bytes read from their position on, which moves
   */
  PickleBytes(Faults faults, String key, ByteBuffer bytes) {
    this.faults = faults;
    this.key = key;
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  int unsignedByte() {
    need(1);
    return bytes.get() & 0xff;
  }

  int unsignedShort() {
    need(2);
    return bytes.getShort() & 0xffff;
  }

  int signedInt() {
    need(4);
    return bytes.getInt();
  }

  long unsignedInt() {
    return signedInt() & 0xffffffffL;
  }

  /** A length of 64 bits: one that is negative as a Java long exceeds any file. */
  long length() {
    need(8);
    long length = bytes.getLong();
    need(length);
    return length;
  }

  /** The one number that a pickle has in big-endian order. */
  double real() {
    need(8);
    return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
  }

  byte[] take(long length) {
    need(length);
    byte[] taken = new byte[(int) length];
    bytes.get(taken);
    return taken;
  }

  String text(long length) {
    return faults.utf8(key + ": text", take(length));
  }

  /** An integer in two's complement. */
  Value integer(long length) {
    need(length);
    if (length > LONGEST_INTEGER) {
      throw faults.refuse(key, "integers of at most " + LONGEST_INTEGER + " bytes", length);
    }
    byte[] littleEndian = take(length);
    byte[] bigEndian = new byte[littleEndian.length + 1];
    if (length > 0 && littleEndian[littleEndian.length - 1] < 0) {
      bigEndian[0] = -1;
    }
    for (int i = 0; i < littleEndian.length; i++) {
      bigEndian[littleEndian.length - i] = littleEndian[i];
    }
    BigInteger integer = new BigInteger(bigEndian);
    return integer.bitLength() < Long.SIZE
        ? new Value.Whole(integer.longValue())
        : new Value.BigWhole(integer);
  }

  String line() {
    int start = bytes.position();
    while (unsignedByte() != '\n') {
      if (bytes.position() - start > LONGEST_LINE) {
        throw faults.refuse(key, "names of at most " + LONGEST_LINE + " bytes", "a longer one");
      }
    }
    int end = bytes.position() - 1;
    bytes.position(start);
    String line = text(end - start);
    bytes.get();
    return line;
  }

  private void need(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw faults.refuse(
          key,
          Long.toUnsignedString(length) + " bytes at " + bytes.position(),
          bytes.remaining() + ": it ends too early");
    }
  }
}
