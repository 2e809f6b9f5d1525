package dev.seriatim.checkpoints.internal;

import com.google.gson.stream.JsonWriter;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * Writes safetensors files. Tensors of wide elements come first, in the given order among those of
 * one width, so that every tensor is aligned to its element; the same input gives the same bytes.
 */
final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /**
   * Writes a file beside its place and then moves it there, so that it is whole or not there.
   *
   * @throws CheckpointException when the content is refused (before anything is written), or the
   *     file cannot be written
   */
  static void write(Path file, Map<String, String> metadata, List<TensorData> tensors) {
    List<TensorInfo> infos = tensors.stream().map(TensorData::info).toList();
    check(file, metadata, infos);
    Map<String, ByteBuffer> bytes = new HashMap<>();
    for (TensorData tensor : tensors) {
      checkLength(file, tensor.info(), tensor.bytes());
      bytes.put(tensor.info().name(), tensor.bytes());
    }
    writeChecked(file, metadata, infos, info -> bytes.get(info.name()));
  }

  /**
   * Writes a file in the same way, of tensors that are asked for one after another.
   *
   * @throws CheckpointException when the names or shapes are refused (before anything is written),
   *     a tensor's bytes do not fit its shape, or the file cannot be written
   */
  static void write(
      Path file,
      Map<String, String> metadata,
      List<TensorInfo> tensors,
      Function<TensorInfo, ByteBuffer> bytes) {
    check(file, metadata, tensors);
    writeChecked(file, metadata, tensors, bytes);
  }

  private static void writeChecked(
      Path file,
      Map<String, String> metadata,
      List<TensorInfo> tensors,
      Function<TensorInfo, ByteBuffer> bytes) {
    List<TensorInfo> ordered = new ArrayList<>(tensors);
    ordered.sort(Comparator.comparingInt((TensorInfo t) -> t.type().bytes()).reversed());
    byte[] header = header(file, metadata, ordered);
    if (header.length > SafetensorsHeader.MAX_LENGTH) {
      throw Refusal.of(
          file, "header", "at most " + SafetensorsHeader.MAX_LENGTH + " bytes", header.length);
    }
    Path part = file.resolveSibling("." + UUID.randomUUID() + ".part");
    try {
      try {
        writeTo(file, part, header, ordered, bytes);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be written: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    // File system exceptions say the path in the message and the reason in the type.
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static void check(Path file, Map<String, String> metadata, List<TensorInfo> tensors) {
    metadata.forEach(
        (key, text) -> {
          TensorRules.checkUnicode(file, SafetensorsHeader.METADATA, key);
          TensorRules.checkUnicode(file, SafetensorsHeader.METADATA, text);
        });
    Set<String> names = new HashSet<>();
    for (TensorInfo info : tensors) {
      TensorRules.checkName(file, info.name());
      if (info.name().equals(SafetensorsHeader.METADATA)) {
        throw Refusal.of(file, key(info), "another name", "one that the format reserves");
      }
      if (!names.add(info.name())) {
        throw Refusal.of(file, key(info), "each name once", "it again");
      }
      TensorRules.byteSize(file, info);
    }
  }

  private static void checkLength(Path file, TensorInfo info, ByteBuffer bytes) {
    long expected = TensorRules.byteSize(file, info);
    if (bytes.remaining() != expected) {
      throw Refusal.of(
          file,
          key(info),
          expected + " bytes for " + info.type() + " " + info.shape(),
          bytes.remaining());
    }
  }

  private static String key(TensorInfo info) {
    return "tensor " + Refusal.quote(info.name());
  }

  private static byte[] header(Path file, Map<String, String> metadata, List<TensorInfo> tensors) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(SafetensorsHeader.METADATA).beginObject();
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      long begin = 0;
      for (TensorInfo tensor : tensors) {
        long end = Math.addExact(begin, TensorRules.byteSize(file, tensor));
        entry(json, tensor, begin, end);
        begin = end;
      }
      json.endObject();
    } catch (IOException e) {
      throw new IllegalStateException("A text in memory can always be written to", e);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-bytes.length, SafetensorsHeader.ALIGNMENT);
    return (text + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static void entry(JsonWriter json, TensorInfo info, long begin, long end)
      throws IOException {
    json.name(info.name()).beginObject();
    json.name(SafetensorsHeader.DTYPE).value(info.type().name());
    json.name(SafetensorsHeader.SHAPE).beginArray();
    for (long axis : info.shape().getShape()) {
      json.value(axis);
    }
    json.endArray();
    json.name(SafetensorsHeader.OFFSETS).beginArray().value(begin).value(end).endArray();
    json.endObject();
  }

  private static void writeTo(
      Path file,
      Path part,
      byte[] header,
      List<TensorInfo> tensors,
      Function<TensorInfo, ByteBuffer> bytes)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer prefix =
          ByteBuffer.allocate(SafetensorsHeader.PREFIX)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .flip();
      writeFully(channel, prefix);
      writeFully(channel, ByteBuffer.wrap(header));
      for (TensorInfo tensor : tensors) {
        ByteBuffer content = bytes.apply(tensor).duplicate();
        checkLength(file, tensor, content);
        writeFully(channel, content);
      }
      channel.force(true);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
