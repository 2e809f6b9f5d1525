package dev.seriatim.itests.parity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A file as {@code torch.save} writes it, with a pickle that runs a program when it is run. */
final class ProgramPickle {
  /** What it would leave behind. */
  static final String TRACE = "pickle-ran";

  private static final String PROGRAM = "touch " + TRACE;

  private ProgramPickle() {}

  /** Calls a Python function with a text. */
  static byte[] calling(String module, String function) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(0x80);
    pickle.write(2);
    pickle.writeBytes(("c" + module + "\n" + function + "\n(X").getBytes(StandardCharsets.UTF_8));
    pickle.writeBytes(new byte[] {(byte) PROGRAM.length(), 0, 0, 0});
    pickle.writeBytes((PROGRAM + "tR.").getBytes(StandardCharsets.UTF_8));
    return archive(pickle.toByteArray());
  }

  private static byte[] archive(byte[] pickle) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      CRC32 crc = new CRC32();
      crc.update(pickle);
      ZipEntry entry = new ZipEntry("archive/data.pkl");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(pickle.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(pickle);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
