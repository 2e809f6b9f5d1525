package dev.seriatim.checkpoints.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files made byte by byte, for what the writer would never write. */
final class RawFile {
  private RawFile() {}

  /** Header and data with a header length of one's choice. */
  static byte[] bytes(long headerLength, byte[] header, byte[] data) {
    return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .put(header)
        .put(data)
        .array();
  }

  /** A file with an honest header length. */
  static byte[] bytes(String header, int dataLength) {
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    return bytes(utf8.length, utf8, new byte[dataLength]);
  }

  /** Writes a file that the caller deletes. */
  static Path temporary(byte[] content) {
    try {
      Path file = Files.createTempFile("raw", ".safetensors");
      Files.write(file, content);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
