package dev.seriatim.runtime.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.PartException;
import dev.seriatim.runtime.internal.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigBinderTest {
  enum Unsupported {
    ONE
  }

  record Rope(
      @ConfigKey("base of the angles") double base,
      @ConfigKey(value = "share of the width", defaultValue = "0.5") double share) {}

  record Config(
      @ConfigKey("layers") int layerCount,
      @ConfigKey(value = "steps", defaultValue = "9007199254740993") long steps,
      @ConfigKey(value = "dropout", defaultValue = "0.25") double dropOut,
      @ConfigKey(value = "bias", defaultValue = "true") boolean bias,
      @ConfigKey(value = "activation", defaultValue = "\"gelu\"") String activation,
      @ConfigKey(value = "sizes", defaultValue = "[1, 2]") List<Integer> sizes,
      @ConfigKey(value = "positions", defaultValue = "{\"base\": 100}") Rope rope,
      @ConfigKey(value = "more", defaultValue = "[]") List<Rope> ropes) {
    Config {
      if (layerCount < 1) {
        throw new IllegalArgumentException("layer-count: expected at least 1, found " + layerCount);
      }
    }
  }

  record Empty() {}

  record Odd(Unsupported kind) {}

  record Picky(@ConfigKey("any") int any) {
    Picky {
      throw PartException.of("backbone mine", "any", "something else", String.valueOf(any));
    }
  }

  private final ConfigBinder binder = new ConfigBinder("backbone test");

  private Config bind(String json) {
    return binder.bind(Config.class, values(json));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> values(String json) {
    return (Map<String, Object>) Json.parse(json);
  }

  @Test
  void keysThatAreLeftOutTakeTheirDefaults() {
    assertThat(bind("{\"layer-count\": 3}"))
        .isEqualTo(
            new Config(
                3,
                9007199254740993L,
                0.25,
                true,
                "gelu",
                List.of(1, 2),
                new Rope(100, 0.5),
                List.of()));
  }

  @Test
  void valuesOfEveryTypeAreBound() {
    assertThat(
            bind(
                """
                {"layer-count": 2.0, "steps": 5, "drop-out": 1, "bias": false,
                 "activation": "relu", "sizes": [7], "rope": {"base": 2.5, "share": 1},
                 "ropes": [{"base": 1}, {"base": 2}]}"""))
        .isEqualTo(
            new Config(
                2,
                5,
                1.0,
                false,
                "relu",
                List.of(7),
                new Rope(2.5, 1),
                List.of(new Rope(1, 0.5), new Rope(2, 0.5))));
  }

  @Test
  void valuesMayComeFromJavaCode() {
    Config config =
        binder.bind(
            Config.class,
            Map.of("layer-count", 4, "drop-out", 0.5f, "sizes", List.of(1L, (short) 2)));
    assertThat(config.layerCount()).isEqualTo(4);
    assertThat(config.dropOut()).isEqualTo(0.5);
    assertThat(config.sizes()).containsExactly(1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | layer-count: expected an integer, found nothing",
        "{\"layer-count\": \"3\"} | layer-count: expected an integer, found \"3\"",
        "{\"layer-count\": 2.5} | layer-count: expected an integer, found 2.5",
        "{\"layer-count\": null} | layer-count: expected an integer, found null",
        "{\"layer-count\": 3000000000} | layer-count: expected an integer from -2147483648 to"
            + " 2147483647, found 3000000000",
        "{\"layer-count\": 1, \"steps\": 1e19} | steps: expected an integer, found 1.0E19",
        "{\"layer-count\": 1, \"drop-out\": true} | drop-out: expected a number, found true",
        "{\"layer-count\": 1, \"bias\": 1} | bias: expected a boolean, found 1",
        "{\"layer-count\": 1, \"activation\": []} | activation: expected a text, found []",
        "{\"layer-count\": 1, \"sizes\": 3} | sizes: expected a list of integers, found 3",
        "{\"layer-count\": 1, \"sizes\": [1, \"x\"]} | sizes[1]: expected an integer, found \"x\"",
        "{\"layer-count\": 1, \"sizes\": [null]} | sizes[0]: expected an integer, found null",
        "{\"layer-count\": 1, \"rope\": 3} | rope: expected an object, found 3",
        "{\"layer-count\": 1, \"rope\": {}} | rope.base: expected a number, found nothing",
        "{\"layer-count\": 1, \"ropes\": [{\"base\": 1}, {\"base\": \"\"}]} | ropes[1].base:"
            + " expected a number, found \"\"",
        "{\"layer-count\": 0} | layer-count: expected at least 1, found 0",
      })
  void whatDoesNotFitIsRefusedByKey(String json, String message) {
    assertThatThrownBy(() -> bind(json))
        .isInstanceOf(PartException.class)
        .hasMessage("backbone test: " + message);
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
    assertThatThrownBy(() -> bind("{\"layer-count\": 1, \"dropout\": 0.1}"))
        .isInstanceOf(PartException.class)
        .hasMessage(
            "backbone test: dropout: expected one of the keys layer-count, steps, drop-out, bias,"
                + " activation, sizes, rope, ropes, found 'dropout' (nearest: 'drop-out')");
  }

  @Test
  void anUnknownKeyOfANestedRecordIsNamedWithItsPath() {
    assertThatThrownBy(() -> bind("{\"layer-count\": 1, \"rope\": {\"base\": 1, \"shade\": 1}}"))
        .hasMessage(
            "backbone test: rope.shade: expected one of the keys base, share, found 'shade'"
                + " (nearest: 'share')");
  }

  @Test
  void aPartWithoutConfigurationTakesNoKeys() {
    assertThat(binder.bind(Empty.class, Map.of())).isEqualTo(new Empty());
    assertThatThrownBy(() -> binder.bind(Empty.class, Map.of("a", 1)))
        .hasMessage("backbone test: a: expected no keys, as it has none, found 'a'");
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    assertThatThrownBy(
            () -> binder.bind(Config.class, Map.of("layer-count", 1, "drop-out", Double.NaN)))
        .hasMessage("backbone test: drop-out: expected a number, found \"NaN\"");
  }

  @Test
  void aTypeThatAConfigurationCannotHoldIsRefused() {
    assertThatThrownBy(() -> binder.bind(Odd.class, Map.of("kind", "one")))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("kind: a configuration cannot hold a ")
        .hasMessageContaining("Unsupported");
  }

  @Test
  void theRecordsOwnRefusalIsPassedOn() {
    assertThatThrownBy(() -> binder.bind(Picky.class, Map.of("any", 1)))
        .hasMessage("backbone mine: any: expected something else, found 1");
  }

  @Test
  void theCompleteConfigurationCanBeBoundAgain() {
    Config config = bind("{\"layer-count\": 3, \"ropes\": [{\"base\": 1}]}");
    Map<String, Object> values = ConfigBinder.values(config);
    assertThat(values)
        .containsEntry("layer-count", 3L)
        .containsEntry("drop-out", 0.25)
        .containsEntry("rope", Map.of("base", 100.0, "share", 0.5));
    assertThat(binder.bind(Config.class, values)).isEqualTo(config);
    assertThat(bind(Json.write(values))).isEqualTo(config);
  }

  @Test
  void keysAreDescribed() {
    assertThat(ConfigKeys.of(Config.class))
        .extracting(key -> key.name() + " " + key.type() + " " + key.defaultValue())
        .containsExactly(
            "layer-count integer ",
            "steps integer 9007199254740993",
            "drop-out number 0.25",
            "bias boolean true",
            "activation text \"gelu\"",
            "sizes list of integers [1, 2]",
            "rope object {\"base\": 100}",
            "rope.base number ",
            "rope.share number 0.5",
            "ropes list of objects []",
            "ropes[].base number ",
            "ropes[].share number 0.5");
  }

  @ParameterizedTest
  @CsvSource({"kitten, sitting, 3", "'', abc, 3", "top-k, top-k, 0", "topk, top-k, 1"})
  void distancesAreThoseOfLevenshtein(String a, String b, int distance) {
    assertThat(Nearest.distance(a, b)).isEqualTo(distance);
    assertThat(Nearest.distance(b, a)).isEqualTo(distance);
  }
}
