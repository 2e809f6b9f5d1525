package dev.seriatim.itests;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A PNG file, chunk by chunk (PNG specification, second edition, 5.3).
 *
 * @param chunks in order
 */
record Png(List<Chunk> chunks) {
  private static final byte[] SIGNATURE = {(byte) 137, 'P', 'N', 'G', '\r', '\n', 26, '\n'};
  private static final String TEXT = "iTXt";
  private static final String HEAD = "seriatim\0\0\0\0\0";

  /** A chunk without its length and check sum. */
  record Chunk(String type, byte[] data) {}

  static Png read(Path file) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      in.readNBytes(SIGNATURE.length);
      do {
        int length = in.readInt();
        String type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
        chunks.add(new Chunk(type, in.readNBytes(length)));
        in.readInt();
      } while (!chunks.get(chunks.size() - 1).type().equals("IEND"));
    }
    return new Png(chunks);
  }

  void write(Path file) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(SIGNATURE);
      for (Chunk chunk : chunks) {
        byte[] type = chunk.type().getBytes(StandardCharsets.US_ASCII);
        out.writeInt(chunk.data().length);
        out.write(type);
        out.write(chunk.data());
        CRC32 sum = new CRC32();
        sum.update(type);
        sum.update(chunk.data());
        out.writeInt((int) sum.getValue());
      }
    }
  }

  /** What the picture says of itself. */
  String text() {
    return chunks.stream()
        .filter(Png::isText)
        .map(chunk -> new String(chunk.data(), StandardCharsets.UTF_8).substring(HEAD.length()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No text in the picture"));
  }

  /** The picture with a text. */
  Png withText(String text) {
    List<Chunk> all = new ArrayList<>(chunks.stream().filter(each -> !isText(each)).toList());
    // After the header, which is always first.
    all.add(1, new Chunk(TEXT, (HEAD + text).getBytes(StandardCharsets.UTF_8)));
    return new Png(all);
  }

  private static boolean isText(Chunk chunk) {
    return chunk.type().equals(TEXT)
        && new String(chunk.data(), StandardCharsets.UTF_8).startsWith(HEAD);
  }
}
