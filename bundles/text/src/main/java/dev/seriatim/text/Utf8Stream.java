package dev.seriatim.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 that comes in pieces which do not respect characters. The bytes of a character that is not
 * complete are held back until it is; bytes that can be no character show as U+FFFD, as they do
 * where Java decodes a whole text. Not thread-safe.
 */
public final class Utf8Stream {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** The beginning of a character, at most three bytes. */
  private byte[] held = new byte[0];

  /**
   * Takes in bytes.
   *
   * @return the characters that are complete now; perhaps none
   */
  public String append(byte[] bytes) {
    return decode(bytes, false);
  }

  /**
   * Ends the text; another may follow.
   *
   * @return U+FFFD where the bytes that are held back stay incomplete; else nothing
   */
  public String end() {
    String rest = decode(new byte[0], true);
    decoder.reset();
    return rest;
  }

  /** Forgets the bytes that are held back; what follows is another text. */
  public void reset() {
    held = new byte[0];
    decoder.reset();
  }

  /** Whether bytes are held back. */
  public boolean holds() {
    return held.length > 0;
  }

  private String decode(byte[] bytes, boolean end) {
    ByteBuffer in = ByteBuffer.allocate(held.length + bytes.length).put(held).put(bytes).flip();
    // No byte gives more than one char, and a replacement stands for at least one byte.
    CharBuffer out = CharBuffer.allocate(in.remaining());
    decoder.decode(in, out, end);
    if (end) {
      decoder.flush(out);
    }
    held = new byte[in.remaining()];
    in.get(held);
    return out.flip().toString();
  }
}
