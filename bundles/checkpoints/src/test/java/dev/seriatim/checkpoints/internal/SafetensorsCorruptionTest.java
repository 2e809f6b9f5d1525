package dev.seriatim.checkpoints.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import com.sun.management.ThreadMXBean;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever is in a file: it is refused with a {@link CheckpointException} that names it, or what
 * comes out fits the file; nothing else is thrown, and memory stays in proportion to the file.
 */
class SafetensorsCorruptionTest {
  /** More than any file of these tests needs, far less than any of their lies claims. */
  private static final long MOST_ALLOCATED = 8L << 20;

  private static final byte[] GOOD = good();
  private static final int HEADER_LENGTH = ByteBuffer.wrap(GOOD).get(0) & 0xff;

  private final SafetensorsFormat format = new SafetensorsFormat();

  @Example
  void everyTruncationIsRefused() {
    for (int length = 0; length < GOOD.length; length++) {
      assertRefused(Arrays.copyOf(GOOD, length));
    }
  }

  @Example
  void anythingAppendedIsRefused() {
    assertRefused(Arrays.copyOf(GOOD, GOOD.length + 1));
    assertRefused(Arrays.copyOf(GOOD, GOOD.length + 4096));
  }

  @Property(tries = 2000)
  void changedBytesAreRefusedOrFit(@ForAll("changes") List<int[]> changes) {
    byte[] content = GOOD.clone();
    for (int[] change : changes) {
      content[change[0]] = (byte) change[1];
    }
    assertRefusedOrFits(content);
  }

  @Provide
  Arbitrary<List<int[]>> changes() {
    Arbitrary<Integer> places =
        Arbitraries.integers().between(0, SafetensorsHeader.PREFIX + HEADER_LENGTH - 1);
    Arbitrary<Integer> values =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(0, 255)),
            net.jqwik.api.Tuple.of(
                2, Arbitraries.of("{}[]\",:0123456789-+.eE NaN\\u".chars().boxed().toList())));
    return Combinators.combine(places, values)
        .as((place, value) -> new int[] {place, value})
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property(tries = 500)
  void insertedAndRemovedTextIsRefusedOrFits(
      @ForAll @IntRange(max = 1000) int place,
      @ForAll @IntRange(max = 12) int removed,
      @ForAll("fragments") String inserted) {
    String header =
        new String(GOOD, SafetensorsHeader.PREFIX, HEADER_LENGTH, StandardCharsets.UTF_8);
    int from = place % header.length();
    int to = Math.min(header.length(), from + removed);
    byte[] changed =
        (header.substring(0, from) + inserted + header.substring(to))
            .getBytes(StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOfRange(GOOD, SafetensorsHeader.PREFIX + HEADER_LENGTH, GOOD.length);
    assertRefusedOrFits(RawFile.bytes(changed.length, changed, data));
  }

  @Provide
  Arbitrary<String> fragments() {
    return Arbitraries.of(
        "",
        " ",
        "-1",
        "NaN",
        "Infinity",
        "1e3",
        "1.0",
        "\"4\"",
        "null",
        "true",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999",
        "[[[[[[",
        "{\"a\":",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\\",
        "\"",
        "// comment\n",
        ",",
        "\"dtype\":\"F32\",",
        "\"__metadata__\":{\"a\":1},");
  }

  @Property(tries = 1000)
  void arbitraryBytesAreRefusedOrFit(@ForAll byte[] content) {
    assertRefusedOrFits(content);
  }

  @Property(tries = 300)
  void anyHeaderLengthIsRefusedOrFits(@ForAll long length) {
    byte[] content = GOOD.clone();
    ByteBuffer.wrap(content).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertRefusedOrFits(content);
  }

  @Example
  void deepNestingIsRefused() {
    for (String open : List.of("[", "{\"a\":")) {
      String deep = open.repeat(100_000);
      assertRefused(RawFile.bytes(deep, 0));
      assertRefused(RawFile.bytes("{\"__metadata__\":" + deep, 0));
      assertRefused(RawFile.bytes("{\"w\":" + deep, 0));
      assertRefused(RawFile.bytes("{\"w\":{\"shape\":" + deep, 0));
      assertRefused(RawFile.bytes("{\"w\":{\"other\":" + deep, 0));
    }
  }

  @Example
  void otherThanUtf8IsRefused() {
    byte[] header =
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}"
            .getBytes(StandardCharsets.US_ASCII);
    for (int bad : new int[] {0x80, 0xc0, 0xed, 0xff}) {
      byte[] changed = header.clone();
      changed[2] = (byte) bad;
      assertRefused(RawFile.bytes(changed.length, changed, new byte[1]));
    }
  }

  private void assertRefused(byte[] content) {
    Path file = RawFile.temporary(content);
    try {
      assertThatThrownBy(() -> format.open(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageNotContainingAny("\n");
    } finally {
      RawFile.delete(file);
    }
  }

  private void assertRefusedOrFits(byte[] content) {
    Path file = RawFile.temporary(content);
    long before = allocated();
    try (Checkpoint checkpoint = format.open(file)) {
      long data = 0;
      for (TensorInfo info : checkpoint.tensors().values()) {
        long size = info.shape().size() * info.type().bytes();
        assertThat((long) checkpoint.bytes(info.name()).remaining()).isEqualTo(size);
        assertThat(checkpoint.sha256(info.name())).hasSize(64);
        data += size;
      }
      assertThat(data).isLessThanOrEqualTo(Files.size(file));
    } catch (CheckpointException e) {
      assertThat(e).hasMessageStartingWith(file + ": ").hasMessageNotContainingAny("\n");
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      assertThat(allocated() - before).isLessThan(MOST_ALLOCATED);
      RawFile.delete(file);
    }
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  private static byte[] good() {
    Path file = RawFile.temporary(new byte[0]);
    try {
      new SafetensorsFormat()
          .write(
              file,
              Map.of("made-by", "a test"),
              List.of(
                  tensor("w", ElementType.F32, 2, 3),
                  tensor("b", ElementType.I64, 2),
                  tensor("none", ElementType.BF16, 0, 7),
                  tensor("flag", ElementType.BOOL)));
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      RawFile.delete(file);
    }
  }

  private static TensorData tensor(String name, ElementType type, long... shape) {
    TensorInfo info = new TensorInfo(name, type, new Shape(shape));
    byte[] bytes = new byte[(int) info.shape().size() * type.bytes()];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) i);
    return new TensorData(info, ByteBuffer.wrap(bytes));
  }
}
