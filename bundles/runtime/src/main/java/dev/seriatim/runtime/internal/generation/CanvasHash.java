package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of the tokens in a canvas: ids as int64 or vectors as float32, little-endian. */
final class CanvasHash {
  private CanvasHash() {}

  static String of(Canvas canvas) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(bytes(canvas)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static byte[] bytes(Canvas canvas) {
    ByteBuffer bytes;
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete) {
      long[] ids = canvas.ids();
      bytes = ByteBuffer.allocate(Long.BYTES * ids.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(ids);
    } else {
      float[] vectors = canvas.vectors();
      bytes = ByteBuffer.allocate(Float.BYTES * vectors.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vectors);
    }
    return bytes.array();
  }
}
