package dev.seriatim.runtime.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @Test
  void wholeNumbersStayWhole() {
    assertThat(Json.parse("[1, -2, 1.0, 1e2, 123456789012345678]"))
        .isEqualTo(List.of(1L, -2L, 1.0, 100.0, 123456789012345678L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | not JSON: it ends too early",
        "{'a': 1} | not JSON: at line 1 column 3 path $.",
        "{} {} | not JSON: at line 1 column 5 path $",
        "[12345678901234567890] | the number at $[0] is too large: 12345678901234567890",
        "[1e999] | the number at $[0] is too large: 1e999",
        "{\"a\": {\"b\": 1, \"b\": 2}} | the key at $.a.b is there twice",
      })
  void whatIsNoJsonIsRefusedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> Json.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void longValuesAreCutInMessages() {
    assertThat(Json.show("x".repeat(100))).hasSize(61).endsWith("…");
    assertThat(Json.show(Map.of("a", List.of(1L)))).isEqualTo("{\"a\":[1]}");
  }

  @Property(tries = 200)
  void whatIsWrittenIsReadBack(@ForAll("values") Object value) {
    assertThat(Json.parse(Json.write(value))).isEqualTo(value);
  }

  @Provide
  Arbitrary<Object> values() {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            Arbitraries.longs().asGeneric(),
            Arbitraries.doubles().asGeneric(),
            Arbitraries.strings().asGeneric(),
            Arbitraries.of(true, false).asGeneric());
    Arbitrary<Object> lists = leaves.list().ofMaxSize(4).asGeneric();
    return Arbitraries.oneOf(
        leaves, lists, Arbitraries.maps(Arbitraries.strings(), lists).ofMaxSize(4).asGeneric());
  }
}
