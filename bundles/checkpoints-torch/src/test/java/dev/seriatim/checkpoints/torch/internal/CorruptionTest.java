package dev.seriatim.checkpoints.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorInfo;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Whatever is changed in a file: it is refused with a {@link CheckpointException}, or it holds what
 * it held before; and memory stays in proportion to the file.
 */
class CorruptionTest {
  /** More than any file of these tests needs, far less than any of their lies claims. */
  private static final long MOST_ALLOCATED = 8L << 20;

  private static final List<String> FILES =
      List.of("types.pt", "views.pt", "views-stream.pt", "training-2.pt", "training-4.pt");
  private static final Map<String, byte[]> BYTES = new LinkedHashMap<>();
  private static final Map<String, Map<String, Object>> CONTENTS = new LinkedHashMap<>();

  static {
    for (String name : FILES) {
      BYTES.put(name, Fixture.bytes(name));
      Fixture.open(BYTES.get(name), checkpoint -> CONTENTS.put(name, content(checkpoint)));
    }
  }

  private static Map<String, Object> content(TorchCheckpoint checkpoint) {
    Map<String, Object> content = new LinkedHashMap<>(checkpoint.metadata());
    checkpoint
        .tensors()
        .forEach(
            (name, info) -> {
              ByteBuffer bytes = checkpoint.bytes(name);
              byte[] copy = new byte[bytes.remaining()];
              bytes.get(copy);
              content.put("tensor " + name, List.of(info, ByteBuffer.wrap(copy)));
            });
    return content;
  }

  @Provide
  Arbitrary<String> files() {
    return Arbitraries.of(FILES);
  }

  @Provide
  Arbitrary<String> archives() {
    return Arbitraries.of(FILES.stream().filter(name -> !name.contains("stream")).toList());
  }

  @Property(tries = 1500, seed = "1")
  void truncationsAreRefused(
      @ForAll("files") String name, @ForAll @IntRange(max = 1 << 20) int length) {
    byte[] good = BYTES.get(name);
    assertThat(Fixture.refusal(Arrays.copyOf(good, length % good.length))).isNotNull();
  }

  @Example
  void everyTruncationOfTheSmallestIsRefused() {
    for (String name : List.of("types.pt", "views-stream.pt")) {
      byte[] good = BYTES.get(name);
      for (int length = 0; length < good.length; length++) {
        assertThat(Fixture.refusal(Arrays.copyOf(good, length))).isNotNull();
      }
    }
  }

  @Property(tries = 3000, seed = "2")
  void changedBytesAreRefusedOrChangeNothing(
      @ForAll("archives") String name,
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1 << 20) Integer> places,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] changed = changed(BYTES.get(name), places, change);
    measured(
        () ->
            Fixture.open(
                changed,
                checkpoint -> assertThat(content(checkpoint)).isEqualTo(CONTENTS.get(name))));
  }

  /** Without checksums, a change of the elements cannot be seen. */
  @Property(tries = 2000, seed = "3")
  void changedStreamsAreRefusedOrFit(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1 << 20) Integer> places,
      @ForAll @IntRange(min = 1, max = 255) int change) {
    byte[] changed = changed(BYTES.get("views-stream.pt"), places, change);
    measured(() -> Fixture.open(changed, CorruptionTest::assertFits));
  }

  /** With a checksum that fits, what is changed is the program itself. */
  @Property(tries = 5000, seed = "4")
  void changedPicklesAreRefusedOrRead(
      @ForAll @IntRange(min = 2, max = 5) int protocol,
      @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 1 << 20) Integer> places,
      @ForAll("instructions") int instruction) {
    byte[] pickle = PICKLES.get(protocol).clone();
    for (int place : places) {
      pickle[place % pickle.length] = (byte) instruction;
    }
    measured(() -> read(pickle));
  }

  @Property(tries = 5000, seed = "5")
  void programsAtRandomAreRefusedOrRead(
      @ForAll @Size(max = 60) List<@net.jqwik.api.From("instructions") Integer> instructions) {
    byte[] pickle = new byte[instructions.size() + 3];
    pickle[0] = (byte) 0x80;
    pickle[1] = 4;
    for (int i = 0; i < instructions.size(); i++) {
      pickle[i + 2] = instructions.get(i).byteValue();
    }
    pickle[pickle.length - 1] = '.';
    measured(() -> read(pickle));
  }

  @Provide
  Arbitrary<Integer> instructions() {
    int[] known = "NKMJGXUTCB()t]lae}dsu01qrhjcRbQ.".chars().toArray();
    int[] more = {
      0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x91, 0x92, 0x93,
      0x94, 0x95, 0x96, 0x81, 0, 1, 2
    };
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 255),
        Arbitraries.of(Arrays.stream(known).boxed().toList()),
        Arbitraries.of(Arrays.stream(more).boxed().toList()));
  }

  private static final Map<Integer, byte[]> PICKLES = new LinkedHashMap<>();

  static {
    for (int protocol = 2; protocol <= 5; protocol++) {
      PICKLES.put(protocol, pickle("training-" + protocol));
    }
  }

  private static byte[] pickle(String name) {
    try {
      Path path = Path.of(CorruptionTest.class.getResource(name + ".pt").toURI());
      Faults faults = new Faults(path);
      try (FileBytes file = FileBytes.open(faults)) {
        Region region = StoredZip.read(faults, file).get(name + "/data.pkl");
        return file.read(region.position(), (int) region.length()).array();
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void read(byte[] pickle) {
    Faults faults = new Faults(Path.of("changed.pt"));
    Reductions reductions = new Reductions(faults, "data.pkl");
    Value root = new Unpickler(faults, "data.pkl", ByteBuffer.wrap(pickle), reductions).read();
    Flattener.flatten(faults, root);
  }

  private static void assertFits(TorchCheckpoint checkpoint) {
    for (TensorInfo info : checkpoint.tensors().values()) {
      assertThat((long) checkpoint.bytes(info.name()).remaining())
          .isEqualTo(info.shape().size() * info.type().bytes());
    }
  }

  private static byte[] changed(byte[] good, List<Integer> places, int change) {
    byte[] changed = good.clone();
    places.forEach(place -> changed[place % changed.length] ^= (byte) change);
    return changed;
  }

  private static void measured(Runnable reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      reading.run();
    } catch (CheckpointException e) {
      assertThat(e).hasMessageContaining(".pt: ");
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
  }
}
