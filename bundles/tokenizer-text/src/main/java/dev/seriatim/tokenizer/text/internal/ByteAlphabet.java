package dev.seriatim.tokenizer.text.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The characters by which byte-level BPE writes bytes (Radford et al., "Language models are
 * unsupervised multitask learners", 2019): printable ones of Latin-1 stand for themselves, all
 * others, in their order, for the characters from U+0100 on.
 */
final class ByteAlphabet {
  private static final int BYTES = 256;
  private static final char[] CHARACTERS = characters();
  private static final int NONE = -1;

  /** Byte by character; {@link #NONE} where a character stands for none. */
  private static final int[] BYTE_OF = bytes();

  private ByteAlphabet() {}

  private static boolean standsForItself(int value) {
    return value >= '!' && value <= '~' || value >= '¡' && value <= '¬' || value >= '®';
  }

  private static char[] characters() {
    char[] characters = new char[BYTES];
    int next = BYTES;
    for (int value = 0; value < BYTES; value++) {
      characters[value] = (char) (standsForItself(value) ? value : next++);
    }
    return characters;
  }

  private static int[] bytes() {
    int[] bytes = new int[CHARACTERS[0xAD] + 1]; // the soft hyphen is the last that is moved
    Arrays.fill(bytes, NONE);
    for (int value = 0; value < BYTES; value++) {
      bytes[CHARACTERS[value]] = value;
    }
    return bytes;
  }

  /** The character of a byte. */
  static char character(int value) {
    return CHARACTERS[value];
  }

  /** The bytes that a token is written for; those of its own text where it is not written so. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      int value = c < BYTE_OF.length ? BYTE_OF[c] : NONE;
      if (value == NONE) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }
}
