package dev.seriatim.launcher.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is locked as long as the process lives, however it ends. */
final class StorageLock implements AutoCloseable {
  private final FileChannel channel;

  private StorageLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Makes the file, locked from the moment at which others see it. */
  static StorageLock create(Path file) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    FileChannel channel =
        FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.lock();
      Files.move(beside, file);
      return new StorageLock(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Whether there is such a file, and no process holds it.
   *
   * @param file of another process: looking at one's own releases it on POSIX systems
   */
  static boolean isAbandoned(Path file) {
    if (!Files.isWritable(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException e) {
      return false; // it went in the meantime, or is another user's
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
