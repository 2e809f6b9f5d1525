package dev.seriatim.guides.text.internal;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Id 0 ends; then all bytes; then pieces of several bytes, some of them parts of characters. */
record PieceTokenizer(List<byte[]> pieces) implements TextTokenizer {
  static final int END = 0;
  static final int CONTEXT = 12;

  static PieceTokenizer create() {
    List<byte[]> pieces = new ArrayList<>();
    pieces.add(new byte[0]);
    for (int each = 0; each < 256; each++) {
      pieces.add(new byte[] {(byte) each});
    }
    for (String piece :
        List.of(
            "{\"", "\":", "\": ", ", \"", "true", "name", "\"}", "12", "é", "ab", "]}", "STOP")) {
      pieces.add(piece.getBytes(StandardCharsets.UTF_8));
    }
    pieces.add(new byte[] {(byte) 0xf0, (byte) 0x9f});
    pieces.add(new byte[] {(byte) 0x98, (byte) 0x80, '"'});
    return new PieceTokenizer(pieces);
  }

  /** The id of a piece. */
  long id(String piece) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    for (int id = pieces.size() - 1; id > 0; id--) {
      if (Arrays.equals(pieces.get(id), bytes)) {
        return id;
      }
    }
    throw new IllegalArgumentException(piece);
  }

  @Override
  public long[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long[] ids = new long[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = 1 + (bytes[i] & 0xff);
    }
    return ids;
  }

  @Override
  public byte[] bytes(long id) {
    return pieces.get((int) id);
  }

  @Override
  public long[] begin() {
    return new long[0];
  }

  @Override
  public Set<Long> ends() {
    return Set.of((long) END);
  }

  @Override
  public Layout layout() {
    return new Sequence(CONTEXT);
  }

  @Override
  public TokenSpace.Discrete tokens() {
    return new TokenSpace.Discrete(pieces.size(), 1);
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Media decode(Canvas canvas, NDManager scope) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
