package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.CheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** An open file of any size, read by position; little-endian. Any thread. */
final class FileBytes implements AutoCloseable {
  /** Largest piece that is read at once. */
  static final int PIECE = 1 << 20;

  private final Faults faults;
  private final FileChannel channel;
  private final long size;

  private FileBytes(Faults faults, FileChannel channel, long size) {
    this.faults = faults;
    this.channel = channel;
    this.size = size;
  }

  static FileBytes open(Faults faults) {
    Path file = faults.file();
    if (!Files.isRegularFile(file)) {
      String found =
          Files.isDirectory(file) ? "a folder" : Files.exists(file) ? "a device" : "nothing";
      throw new CheckpointException(file + ": expected a PyTorch checkpoint, found " + found);
    }
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      return new FileBytes(faults, channel, channel.size());
    } catch (IOException e) {
      throw faults.unreadable(e);
    }
  }

  long size() {
    return size;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Some bytes, copied; the caller has checked that they lie in the file. */
  ByteBuffer read(long position, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw new EOFException("the file ended while it was read");
        }
      }
    } catch (IOException e) {
      throw faults.unreadable(e);
    }
    return buffer.flip();
  }

  /** Some bytes, mapped read-only; the caller has checked that they lie in the file. */
  ByteBuffer map(long position, long length) {
    try {
      return channel.map(MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw faults.unreadable(e);
    }
  }

  /** CRC-32 of some bytes, read piece by piece. */
  long crc32(long position, long length) {
    CRC32 crc = new CRC32();
    for (long done = 0; done < length; done += PIECE) {
      crc.update(read(position + done, (int) Math.min(PIECE, length - done)));
    }
    return crc.getValue();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(faults.file() + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
