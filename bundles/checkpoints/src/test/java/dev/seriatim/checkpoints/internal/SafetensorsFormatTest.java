package dev.seriatim.checkpoints.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFormatTest {
  private final SafetensorsFormat format = new SafetensorsFormat();
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = folder.resolve("model.safetensors");
  }

  @Test
  void readsAFileWrittenByHand() throws IOException {
    // Tensors need not be named in the order of their data, and the padding is spaces.
    String header =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[4,8]},"
            + "\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"shape\":[2,1],\"data_offsets\":[0,4],\"dtype\":\"BF16\"}}   ";
    byte[] content = RawFile.bytes(header, 8);
    ByteBuffer.wrap(content, content.length - 4, 4)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putFloat(1.5f);
    Files.write(file, content);
    try (Checkpoint checkpoint = format.open(file)) {
      assertThat(checkpoint.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(checkpoint.tensors())
          .containsExactly(
              Map.entry("a", new TensorInfo("a", ElementType.BF16, new Shape(2, 1))),
              Map.entry("b", new TensorInfo("b", ElementType.F32, new Shape())));
      assertThat(checkpoint.bytes("b").getFloat()).isEqualTo(1.5f);
    }
  }

  @Test
  void writesTheBytesThatTheFormatSays() throws IOException {
    format.write(
        file,
        Map.of("k", "v"),
        List.of(tensor("x", ElementType.U8, 1), tensor("y", ElementType.F32, 1)));
    String header =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[4,5]}}";
    int padded = (header.length() + 7) / 8 * 8;
    assertThat(Files.readAllBytes(file))
        .isEqualTo(RawFile.bytes(header + " ".repeat(padded - header.length()), 5));
  }

  @Test
  void theOrderOfTheMetadataDoesNotMatter() throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("stage", "tokenizer");
    metadata.put("fingerprint", "f");
    format.write(file, metadata, List.of());
    byte[] written = Files.readAllBytes(file);
    format.write(file, new TreeMap<>(metadata), List.of());
    assertThat(Files.readAllBytes(file)).isEqualTo(written);
  }

  @Test
  void anEmptyFileOfTensorsIsFine() {
    format.write(file, Map.of(), List.of());
    try (Checkpoint checkpoint = format.open(file)) {
      assertThat(checkpoint.tensors()).isEmpty();
      assertThat(checkpoint.metadata()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|header: expected a JSON object, found byte 0x5b first",
        "{} x|header: expected valid JSON",
        "{}{}|header: expected valid JSON",
        "{'w':1}|header: expected valid JSON",
        "{\"w\":[]}|tensor 'w': expected an object, found a list",
        "{\"\":{}}|tensor name: expected at least one character, found none",
        "{\"a\\u0007b\":{}}|tensor name: expected no control characters, found 'a\\u0007b'",
        "{\"\\ud800\":{}}|tensor name: expected Unicode text",
        "{\"w\":{\"shape\":[4],\"data_offsets\":[0,4]}}|tensor 'w': dtype: expected a value",
        "{\"w\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}|tensor 'w': shape: expected a value",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4]}}|tensor 'w': data_offsets: expected a value",
        "{\"w\":{\"dtype\":\"F4\",\"shape\":[4],\"data_offsets\":[0,4]}}|'dtype': expected one of",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}}|numbers of at least 0,"
            + " found '-4'",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4.0],\"data_offsets\":[0,4]}}|found '4.0'",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[\"4\"],\"data_offsets\":[0,4]}}|expected a number,"
            + " found a text",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[NaN],\"data_offsets\":[0,4]}}|header: expected valid"
            + " JSON",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":4,\"data_offsets\":[0,4]}}|'shape': expected a list",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,4]}}|a span of 5 bytes, as the"
            + " shape needs",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}}|a span within 4 bytes",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}}|a span within 4 bytes",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4]}}|begin and end, found [4]",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4,4]}}|at most 2 numbers",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}|less"
            + " than 2^63 bytes",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[9223372036854775808],\"data_offsets\":[0,4]}}|numbers"
            + " below 2^63",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"more\":1}}|found 'more'",
        "{\"w\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}|expected"
            + " one value, found another",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}|begin at 0, found a gap",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}|data: expected 3 bytes, as"
            + " the header says, found 4",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"v\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}|found"
            + " an overlap",
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"w\":{}}|each key once,"
            + " found 'w' again",
        "{\"__metadata__\":{\"a\":1}}|__metadata__ 'a': expected a text, found a number",
        "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}|each key once, found 'a' again",
        "{\"__metadata__\":null}|__metadata__: expected an object, found null",
      })
  void liesAreNamed(String header, String message) throws IOException {
    Files.write(file, RawFile.bytes(header, 4));
    assertThatThrownBy(() -> format.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void overlongNamesAndTooManyAxesAreRefused() throws IOException {
    Files.write(file, RawFile.bytes("{\"" + "n".repeat(1025) + "\":{}}", 0));
    assertThatThrownBy(() -> format.open(file)).hasMessageContaining("at most 1024 characters");
    String axes = "1,".repeat(64) + "1";
    Files.write(
        file,
        RawFile.bytes(
            "{\"w\":{\"dtype\":\"U8\",\"shape\":[" + axes + "],\"data_offsets\":[0,1]}}", 1));
    assertThatThrownBy(() -> format.open(file)).hasMessageContaining("at most 64 numbers");
  }

  @Test
  void absentFilesAndFoldersAreRefused() {
    assertThatThrownBy(() -> format.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": expected a safetensors file, found nothing");
    assertThatThrownBy(() -> format.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder + ": expected a safetensors file, found a folder");
  }

  @Test
  void aClosedCheckpointGivesNothing() {
    format.write(file, Map.of(), List.of(tensor("w", ElementType.F32, 2)));
    Checkpoint checkpoint = format.open(file);
    checkpoint.bytes("w");
    checkpoint.sha256("w");
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> checkpoint.bytes("w"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": tensor 'w': expected an open checkpoint, found a closed one");
    assertThatThrownBy(() -> checkpoint.sha256("w")).isInstanceOf(CheckpointException.class);
  }

  @Test
  void anUnknownTensorIsNamed() {
    format.write(file, Map.of(), List.of(tensor("w", ElementType.F32, 2)));
    try (Checkpoint checkpoint = format.open(file)) {
      assertThatThrownBy(() -> checkpoint.bytes("v"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor 'v'");
    }
  }

  @Test
  void digestsTellTypeShapeAndContentApart() {
    TensorData ones = tensor("ones", ElementType.F32, 2);
    ones.bytes().put(0, (byte) 1);
    format.write(
        file,
        Map.of(),
        List.of(
            tensor("a", ElementType.F32, 2),
            tensor("same", ElementType.F32, 2),
            tensor("type", ElementType.I32, 2),
            tensor("shape", ElementType.F32, 2, 1),
            ones));
    try (Checkpoint checkpoint = format.open(file)) {
      assertThat(checkpoint.sha256("same")).isEqualTo(checkpoint.sha256("a")).hasSize(64);
      assertThat(checkpoint.sha256("type")).isNotEqualTo(checkpoint.sha256("a"));
      assertThat(checkpoint.sha256("shape")).isNotEqualTo(checkpoint.sha256("a"));
      assertThat(checkpoint.sha256("ones")).isNotEqualTo(checkpoint.sha256("a"));
    }
  }

  @Test
  void aFileOfMoreThanTwoGibibytesIsRead() throws IOException {
    long gap = 3L << 30;
    String header =
        ("{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}")
            .formatted(gap, gap, gap, gap + 4);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(RawFile.bytes(header, 0));
      sparse.seek(Long.BYTES + header.length() + gap);
      sparse.write(new byte[] {0, 0, (byte) 0xc0, 0x3f});
    }
    try (Checkpoint checkpoint = format.open(file)) {
      assertThat(checkpoint.bytes("last").getFloat()).isEqualTo(1.5f);
      assertThatThrownBy(() -> checkpoint.bytes("big"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tensor 'big': expected at most 2147483647 bytes");
    }
  }

  @Test
  void refusedContentLeavesTheOldFile() throws IOException {
    format.write(file, Map.of(), List.of(tensor("w", ElementType.F32, 2)));
    byte[] before = Files.readAllBytes(file);
    TensorInfo info = new TensorInfo("w", ElementType.F32, new Shape(3));
    assertRefused(new TensorData(info, ByteBuffer.allocate(8)), "expected 12 bytes for F32 (3)");
    assertRefused(tensor("", ElementType.F32, 1), "at least one character");
    assertRefused(tensor("__metadata__", ElementType.F32, 1), "one that the format reserves");
    assertRefused(tensor("a\nb", ElementType.F32, 1), "no control characters");
    assertRefused(
        new TensorData(new TensorInfo("w", ElementType.F32, new Shape(-1)), ByteBuffer.allocate(4)),
        "axes of at least 0");
    assertThatThrownBy(
            () ->
                format.write(
                    file,
                    Map.of(),
                    List.of(tensor("w", ElementType.F32, 1), tensor("w", ElementType.F32, 1))))
        .hasMessageContaining("each name once");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertOnlyFile();
  }

  private void assertRefused(TensorData tensor, String message) {
    assertThatThrownBy(() -> format.write(file, Map.of(), List.of(tensor)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path absent = folder.resolve("absent").resolve("w.safetensors");
    assertThatThrownBy(() -> format.write(absent, Map.of(), List.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(absent + ": cannot be written");
    // A folder in the place of the file: the bytes are written, the move fails.
    Files.createDirectory(file);
    Files.writeString(file.resolve("inside"), "", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> format.write(file, Map.of(), List.of()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + ": cannot be written");
    assertOnlyFile();
  }

  private void assertOnlyFile() throws IOException {
    try (var list = Files.list(folder)) {
      assertThat(list).containsExactly(file);
    }
  }

  @Test
  void writingLeavesTheCallersBuffersAlone() {
    TensorData tensor = tensor("w", ElementType.F32, 2);
    format.write(file, Map.of(), List.of(tensor));
    format.write(file, Map.of(), List.of(tensor));
    assertThat(tensor.bytes().remaining()).isEqualTo(8);
  }

  @Test
  void tensorsAreAskedForOneAfterAnotherInTheOrderOfTheFile() throws IOException {
    List<TensorInfo> infos =
        List.of(
            new TensorInfo("bytes", ElementType.U8, new Shape(3)),
            new TensorInfo("floats", ElementType.F32, new Shape(2)));
    List<String> asked = new ArrayList<>();
    format.write(
        file,
        Map.of(),
        infos,
        info -> {
          asked.add(info.name());
          return ByteBuffer.allocate((int) info.shape().size() * info.type().bytes());
        });
    assertThat(asked).containsExactly("floats", "bytes");
    byte[] lazily = Files.readAllBytes(file);
    format.write(
        file,
        Map.of(),
        infos.stream()
            .map(
                info ->
                    new TensorData(
                        info, ByteBuffer.allocate((int) info.shape().size() * info.type().bytes())))
            .toList());
    assertThat(file).hasBinaryContent(lazily);
  }

  @Test
  void aTensorThatDoesNotComeLeavesNoFile() throws IOException {
    List<TensorInfo> infos = List.of(new TensorInfo("w", ElementType.F32, new Shape(2)));
    assertThatThrownBy(() -> format.write(file, Map.of(), infos, info -> ByteBuffer.allocate(7)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor 'w': expected 8 bytes for F32 (2), found 7");
    assertThatThrownBy(
            () ->
                format.write(
                    file,
                    Map.of(),
                    infos,
                    info -> {
                      throw new IllegalStateException("gone");
                    }))
        .isInstanceOf(IllegalStateException.class);
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertThat(left).isEmpty();
    }
  }

  private static TensorData tensor(String name, ElementType type, long... shape) {
    TensorInfo info = new TensorInfo(name, type, new Shape(shape));
    return new TensorData(info, ByteBuffer.allocate((int) info.shape().size() * type.bytes()));
  }
}
