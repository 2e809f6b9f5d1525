package dev.seriatim.checkpoints.torch.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Zip files that say what one wants them to say. */
final class Archive {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private int method = ZipEntry.STORED;
  private byte[] extra = new byte[0];

  /** An archive with a pickle. */
  static Archive of(Pickle pickle) {
    return new Archive().with("archive/data.pkl", pickle.bytes());
  }

  Archive with(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  Archive compressed() {
    method = ZipEntry.DEFLATED;
    return this;
  }

  /** An extra field in the headers of all entries. */
  Archive extra(byte[] field) {
    extra = field;
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        entry.setMethod(method);
        entry.setSize(content.getValue().length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        entry.setExtra(extra);
        zip.putNextEntry(entry);
        zip.write(content.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
