package dev.seriatim.checkpoints.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that lie are refused. */
class StoredZipTest {
  private static final byte[] DATA = {0, 0, (byte) 0x80, 0x3f};

  private static Pickle pickle() {
    Pickle pickle = new Pickle().ops("}").text("w");
    return pickle.tensor(1, 0, new long[] {1}, new long[] {1}).ops("s");
  }

  private static Archive good() {
    return Archive.of(pickle()).with("archive/data/0", DATA);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void readsWhatOthersStored() {
    Fixture.open(
        good().with("archive/byteorder", ascii("little")).with("archive/.data/id", DATA).bytes(),
        checkpoint ->
            assertThat(checkpoint.bytes("w").order(ByteOrder.LITTLE_ENDIAN).getFloat())
                .isEqualTo(1f));
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        Arguments.of(good().compressed(), "compression method 8"),
        Arguments.of(
            good().with("archive/byteorder", ascii("big")), "expected little, found 'big'"),
        Arguments.of(good().with("archive/byteorder", new byte[99]), "expected little"),
        Arguments.of(good().with("other/data.pkl", DATA), "found several"),
        Arguments.of(good().with("archive/constants.pkl", DATA), "a TorchScript archive"),
        Arguments.of(new Archive().with("archive/data/0", DATA), "one folder with data.pkl"),
        Arguments.of(new Archive().with("data.pkl", DATA), "one folder with data.pkl"),
        Arguments.of(Archive.of(pickle()), "no entry of the archive"),
        Arguments.of(
            Archive.of(pickle()).with("archive/data/0", new byte[5]),
            "storage '0': expected 4 bytes for 1 elements of F32, found 5"),
        Arguments.of(
            new Archive().with("archive/data.pkl", Arrays.copyOf(pickle().bytes(), 500)),
            "nothing after its end"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void refusesLies(Archive archive, String expected) {
    assertThat(Fixture.refusal(archive.bytes())).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../up",
        "archive/../../up",
        "archive/./x",
        "archive//x",
        "C:/x",
        "a\\b",
        "a\nb"
      })
  void refusesNamesThatLeadElsewhere(String name) {
    assertThat(Fixture.refusal(good().with(name, DATA).bytes()))
        .contains("names inside the archive");
  }

  @Test
  void refusesAnEntryTwice() {
    byte[] bytes = good().with("archive/data/1", DATA).bytes();
    assertThat(Fixture.refusal(replaced(bytes, "archive/data/1", "archive/data/0")))
        .contains("each name once, found 'archive/data/0' again");
  }

  @Test
  void refusesEntriesThatOverlap() {
    byte[] bytes = good().with("archive/data/1", DATA).bytes();
    ByteBuffer directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // Where the last entry lies, by the directory: now where the one before lies.
    int last = lastIndexOf(bytes, ascii("archive/data/1")) - 4;
    int before = lastIndexOf(bytes, ascii("archive/data/0")) - 4;
    directory.putInt(last, directory.getInt(before));
    byte[] sameName = bytes.clone();
    System.arraycopy(ascii("archive/data/1"), 0, sameName, directory.getInt(before) + 30, 14);
    assertThat(Fixture.refusal(bytes)).contains("the same name and length in its header");
    assertThat(Fixture.refusal(sameName)).contains("in its header");
  }

  @Test
  void refusesChangedElements() {
    byte[] bytes = good().bytes();
    int place = lastIndexOf(bytes, DATA);
    bytes[place] ^= 1;
    assertThat(Fixture.refusal(bytes)).contains("entry 'archive/data/0': expected bytes of CRC-32");
  }

  /** As in files of more than 4 GiB: sizes and places are in an extra field. */
  private static byte[] wide(long length, Long header) {
    byte[] bytes = good().extra(ByteBuffer.allocate(28).putInt(0x99991800).array()).bytes();
    ByteBuffer directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int name = lastIndexOf(bytes, ascii("archive/data/0"));
    int entry = name - 46;
    int extra = name + 14;
    directory.putShort(extra, (short) 1).putShort(extra + 2, (short) 24);
    directory.putLong(extra + 4, length).putLong(extra + 12, length);
    long place = directory.getInt(entry + 42);
    directory.putLong(extra + 20, header == null ? place : header);
    directory.putInt(entry + 20, -1).putInt(entry + 24, -1).putInt(entry + 42, -1);
    return bytes;
  }

  @Test
  void readsWideSizes() {
    assertThat(Fixture.refusal(wide(4, null))).isNull();
  }

  @Test
  void refusesWideLies() {
    assertThat(Fixture.refusal(wide(1L << 40, null)))
        .contains("entry 'archive/data/0': expected bytes before the directory");
    assertThat(Fixture.refusal(wide(-1, null))).contains("a place in this file");
    assertThat(Fixture.refusal(wide(4, 1L << 40))).contains("a header before the directory");
    assertThat(Fixture.refusal(wide(4, Long.MIN_VALUE))).contains("a place in this file");
  }

  @Test
  void refusesBytesBeforeAndAfter() {
    byte[] bytes = good().bytes();
    byte[] after = Arrays.copyOf(bytes, bytes.length + 1);
    assertThat(Fixture.refusal(after)).contains("one at the end of the file");
    byte[] before = new byte[bytes.length + 4];
    System.arraycopy(bytes, 0, before, 4, bytes.length);
    System.arraycopy(bytes, 0, before, 0, 4);
    assertThat(Fixture.refusal(before)).contains("zip directory");
  }

  @Test
  void refusesOtherFormats() {
    assertThat(Fixture.refusal(new byte[0])).contains("first bytes").contains("found 0 bytes");
    assertThat(Fixture.refusal(ascii("version https://git-lfs"))).contains("first bytes");
    assertThat(Fixture.refusal(new Pickle().ops("}").bytes())).contains("magic number");
  }

  private static byte[] replaced(byte[] bytes, String from, String to) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int lastIndexOf(byte[] bytes, byte[] part) {
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .lastIndexOf(new String(part, StandardCharsets.ISO_8859_1));
  }
}
