package dev.seriatim.engine.pytorch.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes the archive that libtorch loads a module from: code, and the attributes of one object. */
final class TorchScriptArchive {
  /** The code as messages of libtorch name it. */
  static final String CODE = "code/__torch__.py";

  static final String EMPTY_STORAGE = "0";

  /** The highest that libtorch 2.7 reads; lower ones bring operators as they were. */
  private static final String FORMAT_VERSION = "10\n";

  private TorchScriptArchive() {}

  static byte[] of(String code, String className, Map<String, ?> attributes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
      put(zip, "data.pkl", PickleWriter.object(className, attributes));
      put(zip, "constants.pkl", PickleWriter.emptyTuple());
      put(zip, "data/" + EMPTY_STORAGE, new byte[0]);
      put(zip, CODE, code.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return out.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(data);
    ZipEntry entry = new ZipEntry("kernel/" + name);
    entry.setSize(data.length);
    entry.setCompressedSize(data.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
