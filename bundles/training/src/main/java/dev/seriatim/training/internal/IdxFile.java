package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A file of unsigned bytes in the IDX format, in which MNIST is distributed (LeCun, Cortes and
 * Burges, "The MNIST database of handwritten digits", 1998): two zero bytes, type {@code 0x08},
 * number of axes, a big-endian 32-bit size for each axis, then the bytes.
 *
 * @param sizes of the axes
 * @param bytes row-major
 */
record IdxFile(int[] sizes, byte[] bytes) {
  private static final int UNSIGNED_BYTES = 0x08;

  /** Most bytes of one file: half of what an array can hold, above any data set of this kind. */
  private static final long MOST = 1L << 30;

  /**
   * Reads a file.
   *
   * @param folder where it is, plain or with the suffix {@code .gz}
   * @param name without that suffix
   * @param axes expected
   * @throws SeriatimException when it is absent, or is not what its header says
   */
  static IdxFile read(Path folder, String name, int axes) {
    Path file = find(folder, name);
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return parse(file, in, axes);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a folder has a file of this name, plain or compressed. */
  static boolean exists(Path folder, String name) {
    return Files.isRegularFile(folder.resolve(name))
        || Files.isRegularFile(folder.resolve(name + ".gz"));
  }

  private static Path find(Path folder, String name) {
    if (!exists(folder, name)) {
      throw new SeriatimException(
          folder + ": expected a file " + name + " or " + name + ".gz, found neither");
    }
    Path plain = folder.resolve(name);
    return Files.isRegularFile(plain) ? plain : folder.resolve(name + ".gz");
  }

  private static IdxFile parse(Path file, InputStream in, int axes) throws IOException {
    byte[] header = in.readNBytes(4 + 4 * axes);
    if (header.length < 4 + 4 * axes) {
      throw refuse(file, "header", 4 + 4 * axes + " bytes", header.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(header);
    int magic = buffer.getInt();
    int expected = UNSIGNED_BYTES << 8 | axes;
    if (magic != expected) {
      throw refuse(
          file, "magic number", String.format("0x%08x", expected), String.format("0x%08x", magic));
    }
    int[] sizes = new int[axes];
    long count = 1;
    for (int axis = 0; axis < axes; axis++) {
      sizes[axis] = buffer.getInt();
      if (sizes[axis] < 1 || (count *= sizes[axis]) > MOST) {
        throw refuse(
            file,
            "sizes",
            "at least 1 each and " + MOST + " bytes in all",
            Arrays.toString(Arrays.copyOf(sizes, axis + 1)));
      }
    }
    byte[] bytes = in.readNBytes((int) count);
    if (bytes.length < count) {
      throw refuse(file, "data", count + " bytes", bytes.length + " bytes");
    }
    if (in.read() >= 0) {
      throw refuse(file, "data", count + " bytes", "more");
    }
    return new IdxFile(sizes, bytes);
  }

  static SeriatimException refuse(Path file, String what, String expected, String found) {
    return new SeriatimException(
        file + ": " + what + ": expected " + expected + ", found " + found);
  }
}
