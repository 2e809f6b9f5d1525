package dev.seriatim.cli;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.TextTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** An id is a byte; 256 begins a sequence, and 257 ends one. Up to 40 tokens. */
final class ByteTokenizer implements TextTokenizer {
  static final int CONTEXT = 40;
  static final long BEGIN = 256;
  static final long END = 257;

  @Override
  public Layout layout() {
    return new Sequence(CONTEXT);
  }

  @Override
  public TokenSpace.Discrete tokens() {
    return new TokenSpace.Discrete(258, 1);
  }

  @Override
  public long[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long[] ids = new long[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return ids;
  }

  /** Of each message its role's first letter and its content; {@code a>} asks for an answer. */
  @Override
  public long[] encode(Condition.Chat chat) {
    StringBuilder text = new StringBuilder();
    chat.messages().forEach(m -> text.append(m.role().charAt(0)).append('>').append(m.content()));
    return encode(text.append("a>").toString());
  }

  @Override
  public byte[] bytes(long id) {
    return id < BEGIN ? new byte[] {(byte) id} : new byte[0];
  }

  @Override
  public long[] begin() {
    return new long[] {BEGIN};
  }

  @Override
  public Set<Long> ends() {
    return Set.of(END);
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    throw new UnsupportedOperationException(media.toString());
  }

  @Override
  public Media decode(Canvas canvas, NDManager scope) {
    throw new UnsupportedOperationException(canvas.toString());
  }
}
