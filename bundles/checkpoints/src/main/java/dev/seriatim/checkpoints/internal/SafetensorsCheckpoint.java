package dev.seriatim.checkpoints.internal;

import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.checkpoints.internal.SafetensorsHeader.Entry;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An open safetensors file. Each tensor is mapped by itself when its bytes are first asked for, so
 * a file may be of any size; a single tensor whose bytes are asked for may have 2³¹ - 1 of them.
 *
 * <p>The Java platform has no public way to unmap memory before version 22. Closing releases the
 * file and refuses further calls; a mapping goes when the garbage collector finds that nobody holds
 * its buffer. Until then the pages are file cache, not memory of the process's own, and buffers
 * that were handed out stay readable. On Windows the file cannot be deleted meanwhile.
 *
 * <p>Any thread.
 */
final class SafetensorsCheckpoint implements Checkpoint {
  private static final int DIGEST_CHUNK = 1 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long dataStart;
  private final SafetensorsHeader header;
  private final Map<String, Entry> entries;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, ByteBuffer> mapped = new ConcurrentHashMap<>();
  private final Map<String, String> digests = new ConcurrentHashMap<>();

  private SafetensorsCheckpoint(
      Path file, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.dataStart = dataStart;
    this.header = header;
    Map<String, Entry> byName = new LinkedHashMap<>();
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    for (Entry entry : header.entries()) {
      byName.put(entry.info().name(), entry);
      infos.put(entry.info().name(), entry.info());
    }
    this.entries = byName;
    this.tensors = Collections.unmodifiableMap(infos);
  }

  static SafetensorsCheckpoint open(Path file) {
    if (!Files.isRegularFile(file)) {
      String found =
          Files.isDirectory(file) ? "a folder" : Files.exists(file) ? "a device" : "nothing";
      throw new CheckpointException(file + ": expected a safetensors file, found " + found);
    }
    FileChannel channel = null;
    SafetensorsCheckpoint checkpoint = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      checkpoint = read(file, channel);
      return checkpoint;
    } catch (IOException e) {
      throw Refusal.unreadable(file, e);
    } finally {
      if (checkpoint == null && channel != null) {
        closeRefused(file, channel);
      }
    }
  }

  private static void closeRefused(Path file, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw Refusal.unreadable(file, e);
    }
  }

  private static SafetensorsCheckpoint read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < SafetensorsHeader.PREFIX) {
      throw Refusal.of(
          file, "header length", SafetensorsHeader.PREFIX + " bytes", "a file of " + size);
    }
    long length = readFully(channel, 0, SafetensorsHeader.PREFIX).getLong();
    long most = Math.min(SafetensorsHeader.MAX_LENGTH, size - SafetensorsHeader.PREFIX);
    if (length < 0 || length > most) {
      throw Refusal.of(
          file,
          "header length",
          "at most " + most + " in a file of " + size + " bytes",
          Long.toUnsignedString(length));
    }
    byte[] json = readFully(channel, SafetensorsHeader.PREFIX, (int) length).array();
    long dataStart = SafetensorsHeader.PREFIX + length;
    return new SafetensorsCheckpoint(
        file, channel, dataStart, SafetensorsHeaderReader.read(file, json, size - dataStart));
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file ended while it was read");
      }
    }
    return buffer.flip();
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public ByteBuffer bytes(String name) {
    Entry entry = entry(name);
    if (entry.length() > Integer.MAX_VALUE) {
      throw Refusal.of(
          file,
          "tensor " + Refusal.quote(name),
          "at most " + Integer.MAX_VALUE + " bytes",
          entry.length());
    }
    return mapped
        .computeIfAbsent(name, key -> map(entry.begin(), entry.length()))
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public String sha256(String name) {
    Entry entry = entry(name);
    return digests.computeIfAbsent(name, key -> digest(entry));
  }

  @Override
  public void close() {
    mapped.clear();
    try {
      channel.close();
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be closed: " + e.getMessage(), e);
    }
  }

  private Entry entry(String name) {
    String key = "tensor " + Refusal.quote(name);
    if (!channel.isOpen()) {
      throw Refusal.of(file, key, "an open checkpoint", "a closed one");
    }
    Entry entry = entries.get(name);
    if (entry == null) {
      throw Refusal.of(file, key, "one of " + entries.size() + " tensors", "none of that name");
    }
    return entry;
  }

  private ByteBuffer map(long begin, long length) {
    try {
      return channel.map(MapMode.READ_ONLY, dataStart + begin, length);
    } catch (IOException e) {
      throw Refusal.unreadable(file, e);
    }
  }

  /** Read in chunks, not mapped: a tensor of any size has a digest. */
  private String digest(Entry entry) {
    TensorInfo info = entry.info();
    String kind = info.type() + Arrays.toString(info.shape().getShape());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(kind.getBytes(StandardCharsets.US_ASCII));
      for (long done = 0; done < entry.length(); done += DIGEST_CHUNK) {
        int chunk = (int) Math.min(DIGEST_CHUNK, entry.length() - done);
        digest.update(readFully(channel, dataStart + entry.begin() + done, chunk));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw Refusal.unreadable(file, e);
    }
  }
}
