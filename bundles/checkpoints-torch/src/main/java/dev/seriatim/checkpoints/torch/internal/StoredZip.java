package dev.seriatim.checkpoints.torch.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads the directory of a zip file as PyTorch writes it: entries that are stored, never compressed
 * or encrypted, each name once, with or without the 64-bit extension. All that is wanted from it is
 * where the bytes of an entry lie, so that they can be mapped; the platform's own zip classes keep
 * that to themselves.
 *
 * <p>Stricter than a general reader: the file begins with the first entry and ends with the
 * directory, entries do not overlap, and the header before an entry agrees with the directory.
 * (PKWARE, ".ZIP File Format Specification", 6.3.)
 */
final class StoredZip {
  /** First bytes of a zip file that has entries. */
  static final int LOCAL_HEADER = 0x04034b50;

  /** Largest directory that is read, in bytes. */
  static final int LARGEST_DIRECTORY = 16 << 20;

  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int CENTRAL_LENGTH = 46;
  private static final int END_LENGTH = 22;
  private static final int END_64_LENGTH = 56;
  private static final int LOCATOR_64_LENGTH = 20;
  private static final int EXTRA_64 = 0x0001;
  private static final long IN_EXTRA = 0xffffffffL;
  private static final int ENCRYPTED = 1;
  private static final int LENGTH_FOLLOWS = 8;
  private static final String DIRECTORY = "zip directory";

  private final Faults faults;
  private final FileBytes file;

  private StoredZip(Faults faults, FileBytes file) {
    this.faults = faults;
    this.file = file;
  }

  /**
   * The entries by name, in the order of the directory.
   *
   * @throws dev.seriatim.api.weights.CheckpointException when the file is not such a zip file
   */
  static Map<String, Region> read(Faults faults, FileBytes file) {
    return new StoredZip(faults, file).entries();
  }

  private record Directory(long position, long length, long entries) {}

  private record Entry(String name, byte[] rawName, long header, long length, long crc32) {}

  private Map<String, Region> entries() {
    Directory directory = directory();
    ByteBuffer bytes = file.read(directory.position(), (int) directory.length());
    List<Entry> entries = new ArrayList<>();
    while (bytes.hasRemaining()) {
      entries.add(entry(bytes));
    }
    if (entries.size() != directory.entries()) {
      throw faults.refuse(DIRECTORY, directory.entries() + " entries", entries.size());
    }
    Map<String, Region> regions = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (regions.put(entry.name(), region(entry, directory.position())) != null) {
        throw faults.refuse(DIRECTORY, "each name once", Faults.quote(entry.name()) + " again");
      }
    }
    checkApart(entries, regions);
    return regions;
  }

  /** The end of the file says where the directory lies. */
  private Directory directory() {
    long end = findEnd();
    ByteBuffer record = file.read(end, END_LENGTH);
    int disk = record.getShort(4);
    int entriesHere = record.getShort(8) & 0xffff;
    long entries = record.getShort(10) & 0xffff;
    long length = record.getInt(12) & 0xffffffffL;
    long position = record.getInt(16) & 0xffffffffL;
    long directoryEnd = end;
    if (disk != 0 || entriesHere != entries) {
      throw faults.refuse(DIRECTORY, "a zip file of one part", "one of several");
    }
    if (end >= LOCATOR_64_LENGTH && file.read(end - LOCATOR_64_LENGTH, 4).getInt() == LOCATOR_64) {
      directoryEnd = file.read(end - LOCATOR_64_LENGTH, LOCATOR_64_LENGTH).getLong(8);
      if (directoryEnd != end - LOCATOR_64_LENGTH - END_64_LENGTH || directoryEnd < 0) {
        throw faults.refuse(
            DIRECTORY,
            "its 64-bit end at " + (end - LOCATOR_64_LENGTH - END_64_LENGTH),
            "it at " + Long.toUnsignedString(directoryEnd));
      }
      ByteBuffer record64 = file.read(directoryEnd, END_64_LENGTH);
      if (record64.getInt(0) != END_64) {
        throw faults.refuse(DIRECTORY, "a 64-bit end", "other bytes");
      }
      entries = narrowed("entries", entries, 0xffff, record64.getLong(32));
      length = narrowed("length", length, IN_EXTRA, record64.getLong(40));
      position = narrowed("position", position, IN_EXTRA, record64.getLong(48));
    }
    if (position < 0 || length < 0 || length > directoryEnd || position != directoryEnd - length) {
      throw faults.refuse(
          DIRECTORY,
          "to end at " + directoryEnd,
          Long.toUnsignedString(length) + " bytes at " + Long.toUnsignedString(position));
    }
    if (length > LARGEST_DIRECTORY) {
      throw faults.refuse(DIRECTORY, "at most " + LARGEST_DIRECTORY + " bytes", length);
    }
    return new Directory(position, length, entries);
  }

  private long narrowed(String what, long narrow, long unknown, long wide) {
    if (narrow != unknown && narrow != wide) {
      throw faults.refuse(
          DIRECTORY + ": " + what, narrow + " twice", Long.toUnsignedString(wide) + " once");
    }
    return wide;
  }

  /** A comment of up to 64 KiB may follow the end record. */
  private long findEnd() {
    long earliest = Math.max(0, file.size() - END_LENGTH - 0xffff);
    ByteBuffer tail = file.read(earliest, (int) (file.size() - earliest));
    for (int at = tail.limit() - END_LENGTH; at >= 0; at--) {
      if (tail.getInt(at) == END
          && (tail.getShort(at + 20) & 0xffff) == tail.limit() - END_LENGTH - at) {
        return earliest + at;
      }
    }
    throw faults.refuse(DIRECTORY, "one at the end of the file", "none: the file may be cut off");
  }

  private Entry entry(ByteBuffer bytes) {
    int start = bytes.position();
    if (bytes.remaining() < CENTRAL_LENGTH || bytes.getInt(start) != CENTRAL_HEADER) {
      throw faults.refuse(DIRECTORY, "an entry at " + start, "other bytes");
    }
    final int flags = bytes.getShort(start + 8);
    final int method = bytes.getShort(start + 10) & 0xffff;
    final long crc32 = bytes.getInt(start + 16) & 0xffffffffL;
    long packed = bytes.getInt(start + 20) & 0xffffffffL;
    long length = bytes.getInt(start + 24) & 0xffffffffL;
    final int nameLength = bytes.getShort(start + 28) & 0xffff;
    final int extraLength = bytes.getShort(start + 30) & 0xffff;
    final int commentLength = bytes.getShort(start + 32) & 0xffff;
    final int disk = bytes.getShort(start + 34);
    long header = bytes.getInt(start + 42) & 0xffffffffL;
    bytes.position(start + CENTRAL_LENGTH);
    if (bytes.remaining() < nameLength + extraLength + commentLength) {
      throw faults.refuse(
          DIRECTORY, nameLength + extraLength + commentLength + " bytes", bytes.remaining());
    }
    byte[] rawName = new byte[nameLength];
    bytes.get(rawName);
    String name = faults.utf8(DIRECTORY + ": entry name", rawName);
    checkName(name);
    String key = "entry " + Faults.quote(name);
    ByteBuffer wide = extra64(key, bytes, extraLength);
    length = length == IN_EXTRA ? next(key, wide) : length;
    packed = packed == IN_EXTRA ? next(key, wide) : packed;
    header = header == IN_EXTRA ? next(key, wide) : header;
    bytes.position(start + CENTRAL_LENGTH + nameLength + extraLength + commentLength);
    if ((flags & ENCRYPTED) != 0) {
      throw faults.refuse(key, "no encryption", "it encrypted");
    }
    if (method != 0 || packed != length) {
      throw faults.refuse(
          key,
          "bytes stored as they are, as torch.save writes them",
          "compression method " + method + ", " + packed + " bytes for " + length);
    }
    if (disk != 0 || header < 0 || length < 0) {
      throw faults.refuse(
          key,
          "a place in this file",
          Long.toUnsignedString(length) + " bytes at " + Long.toUnsignedString(header));
    }
    return new Entry(name, rawName, header, length, crc32);
  }

  private void checkName(String name) {
    String[] parts = name.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean folder = parts[i].isEmpty() && i > 0 && i == parts.length - 1;
      if ((parts[i].isEmpty() && !folder)
          || parts[i].equals(".")
          || parts[i].equals("..")
          || parts[i].contains("\\")
          || (i == 0 && parts[i].matches("[A-Za-z]:.*"))
          || parts[i].codePoints().anyMatch(Character::isISOControl)) {
        throw faults.refuse(DIRECTORY, "names inside the archive", Faults.quote(name));
      }
    }
  }

  private ByteBuffer extra64(String key, ByteBuffer bytes, int extraLength) {
    ByteBuffer extra = bytes.slice(bytes.position(), extraLength).order(bytes.order());
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = extra.getShort() & 0xffff;
      if (length > extra.remaining()) {
        throw faults.refuse(key + ": extra field", length + " bytes", extra.remaining());
      }
      if (id == EXTRA_64) {
        return extra.slice(extra.position(), length).order(bytes.order());
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private long next(String key, ByteBuffer wide) {
    if (wide.remaining() < Long.BYTES) {
      throw faults.refuse(key, "a 64-bit size", "none");
    }
    return wide.getLong();
  }

  private Region region(Entry entry, long directory) {
    String key = "entry " + Faults.quote(entry.name());
    if (entry.header() > directory - LOCAL_LENGTH) {
      throw faults.refuse(key, "a header before the directory", "it at " + entry.header());
    }
    ByteBuffer header = file.read(entry.header(), LOCAL_LENGTH);
    if (header.getInt(0) != LOCAL_HEADER) {
      throw faults.refuse(key, "a header at " + entry.header(), "other bytes");
    }
    int nameLength = header.getShort(26) & 0xffff;
    long position = entry.header() + LOCAL_LENGTH + nameLength + (header.getShort(28) & 0xffff);
    if (position > directory || entry.length() > directory - position) {
      throw faults.refuse(
          key, "bytes before the directory at " + directory, entry.length() + " at " + position);
    }
    boolean sameName =
        nameLength == entry.rawName().length
            && file.read(entry.header() + LOCAL_LENGTH, nameLength)
                .equals(ByteBuffer.wrap(entry.rawName()));
    long length = header.getInt(22) & 0xffffffffL;
    boolean follows = (header.getShort(6) & LENGTH_FOLLOWS) != 0 && length == 0;
    if (!sameName
        || header.getShort(8) != 0
        || !(follows || length == IN_EXTRA || length == entry.length())) {
      throw faults.refuse(key, "the same name and length in its header", "others");
    }
    return new Region(key, position, entry.length(), OptionalLong.of(entry.crc32()));
  }

  private void checkApart(List<Entry> entries, Map<String, Region> regions) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::header));
    long free = 0;
    for (Entry entry : sorted) {
      String key = "entry " + Faults.quote(entry.name());
      if (entry.header() < free) {
        throw faults.refuse(key, "bytes of its own", "an overlap with another entry");
      }
      Region region = regions.get(entry.name());
      free = region.position() + region.length();
    }
  }
}
