package dev.seriatim.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8StreamTest {
  private static final String FAMILY = "👩‍👩‍👧‍👦";

  private final Utf8Stream stream = new Utf8Stream();

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** The text of bytes that come one after the other. */
  private String oneByOne(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      String piece = stream.append(new byte[] {each});
      assertWhole(piece);
      text.append(piece);
    }
    return text.append(stream.end()).toString();
  }

  private static void assertWhole(String piece) {
    if (!piece.isEmpty()) {
      assertThat(Character.isHighSurrogate(piece.charAt(piece.length() - 1))).isFalse();
      assertThat(Character.isLowSurrogate(piece.charAt(0))).isFalse();
    }
  }

  @Test
  void aCharacterComesWhenItIsComplete() {
    byte[] emoji = "😀".getBytes(StandardCharsets.UTF_8);
    assertThat(stream.append(Arrays.copyOfRange(emoji, 0, 1))).isEmpty();
    assertThat(stream.append(Arrays.copyOfRange(emoji, 1, 3))).isEmpty();
    assertThat(stream.holds()).isTrue();
    assertThat(stream.append(Arrays.copyOfRange(emoji, 3, 4))).isEqualTo("😀");
    assertThat(stream.holds()).isFalse();
    assertThat(stream.end()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\0",
        "a\0b",
        "plain",
        "é",
        "e\u0301",
        "日本語",
        "\uFEFFmark",
        FAMILY,
        "🇩🇪🏳️‍🌈",
        "\uFFFD",
        "\uDBFF\uDFFF"
      })
  void everyTextComesOutWhole(String text) {
    assertThat(oneByOne(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
  }

  @Test
  void bytesThatAreNoCharacterAreReplaced() {
    assertThat(oneByOne(bytes(0xFF))).isEqualTo("\uFFFD");
    assertThat(oneByOne(bytes('a', 0x80, 'b'))).isEqualTo("a\uFFFDb");
    assertThat(oneByOne(bytes(0xC0, 0x80))).isEqualTo("\uFFFD\uFFFD"); // a long form of NUL
    assertThat(oneByOne(bytes(0xE2, 0x82, 'x'))).isEqualTo("\uFFFDx"); // broken off
    assertThat(oneByOne(bytes(0xED, 0xA0, 0x80))).isEqualTo("\uFFFD"); // a surrogate
    assertThat(oneByOne(bytes(0xF4, 0x90, 0x80, 0x80))).isEqualTo("\uFFFD".repeat(4));
    assertThat(oneByOne(bytes(0xF0, 0x9F, 0x98))).isEqualTo("\uFFFD"); // the end of the text
  }

  @Test
  void afterTheEndAnotherTextMayFollow() {
    stream.append(bytes(0xF0));
    assertThat(stream.end()).isEqualTo("\uFFFD");
    assertThat(stream.append("next".getBytes(StandardCharsets.UTF_8))).isEqualTo("next");
    stream.append(bytes(0xE2, 0x82));
    stream.reset();
    assertThat(stream.append(bytes('x'))).isEqualTo("x");
  }

  @Property
  void cutsChangeNothing(@ForAll byte[] bytes, @ForAll @Size(max = 8) int[] cuts) {
    int[] places =
        Arrays.stream(cuts).map(cut -> Math.floorMod(cut, bytes.length + 1)).sorted().toArray();
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int place : places) {
      text.append(stream.append(Arrays.copyOfRange(bytes, from, place)));
      from = place;
    }
    text.append(stream.append(Arrays.copyOfRange(bytes, from, bytes.length)));
    text.append(stream.end());
    assertThat(text.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @Property
  void textsComeBackHoweverTheyAreCut(@ForAll String text, @ForAll @Size(max = 5) int[] cuts) {
    cutsChangeNothing(text.getBytes(StandardCharsets.UTF_8), cuts);
  }
}
