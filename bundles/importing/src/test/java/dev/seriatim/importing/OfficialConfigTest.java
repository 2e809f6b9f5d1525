package dev.seriatim.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.part.PartException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OfficialConfigTest {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final OfficialConfig config = OfficialConfig.of("var", values);

  OfficialConfigTest() {
    values.put("depth", 16L);
    values.put("ratio", 4.0);
    values.put("share", true);
    values.put("kind", "c2i");
    values.put("sizes", List.of(1L, 2.0, 4L));
    values.put("none", null);
    values.put("model", Map.of("vq", Map.of("width", 8L)));
    values.put("a.b", 3L);
  }

  @Test
  void valuesAreReadByKind() {
    assertThat(config.integer("depth")).isEqualTo(16);
    assertThat(config.integer("ratio")).isEqualTo(4);
    assertThat(config.number("depth")).isEqualTo(16);
    assertThat(config.flag("share")).isTrue();
    assertThat(config.text("kind")).isEqualTo("c2i");
    assertThat(config.integers("sizes")).containsExactly(1, 2, 4);
    assertThat(config.integer("model.vq.width")).isEqualTo(8);
    assertThat(config.section("model").section("vq").integer("width")).isEqualTo(8);
    assertThat(config.integer("a.b")).isEqualTo(3);
  }

  @Test
  void defaultsStandForWhatIsNotThereOrNull() {
    assertThat(config.integer("none", 5)).isEqualTo(5);
    assertThat(config.number("other", 0.5)).isEqualTo(0.5);
    assertThat(config.flag("other", true)).isTrue();
    assertThat(config.text("other", "x")).isEqualTo("x");
    assertThat(config.integers("other", List.of(7))).containsExactly(7);
    assertThat(config.has("none")).isFalse();
    assertThat(config.has("model.vq.depth")).isFalse();
  }

  @Test
  void otherKindsAreRefusedByKey() {
    refused(() -> config.integer("none"), "var: none: expected a whole number, found nothing");
    refused(() -> config.integer("kind"), "var: kind: expected a whole number, found c2i");
    refused(() -> config.number("kind"), "var: kind: expected a number, found c2i");
    refused(() -> config.flag("depth"), "var: depth: expected true or false, found 16");
    refused(() -> config.text("depth"), "var: depth: expected a text, found 16");
    refused(() -> config.section("depth"), "var: depth: expected an object, found 16");
    refused(
        () -> config.section("model").section("vq").flag("width"),
        "var: model.vq.width: expected true or false, found 8");
    values.put("sizes", Arrays.asList(1L, "two"));
    refused(
        () -> config.integers("sizes"),
        "var: sizes: expected a list of whole numbers, found [1, two]");
    values.put("depth", 1e12);
    refused(() -> config.integer("depth"), "var: depth: expected a whole number, found 1.0E12");
  }

  @Test
  void onlyWhatIsServedPasses() {
    config.only("depth", 16);
    config.only("ratio", 4);
    config.only("other", "anything");
    config.only("none", true);
    refused(() -> config.only("share", false), "var: share: expected false, found true");
    refused(() -> config.only("depth", 12), "var: depth: expected 12, found 16");
  }

  @Test
  void whatWasNotReadIsKnown() {
    config.integer("depth");
    config.integer("model.vq.width");
    config.has("kind");
    assertThat(config.unread()).containsExactly("ratio", "share", "sizes", "none", "a.b");
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(PartException.class).hasMessage(message);
  }
}
