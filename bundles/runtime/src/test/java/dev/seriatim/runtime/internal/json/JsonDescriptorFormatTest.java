package dev.seriatim.runtime.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDescriptorFormatTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String DIGITS =
      """
      {
        "name": "digits-ar",
        "version": "1.2.0",
        "title": "Digits",
        "license": "Apache-2.0",
        "conditions": {"labels": ["zero", "one"], "text": false},
        "parts": {
          "tokenizer": {"id": "vq.grid", "version": "[1.0,2)", "config": {"rows": 7},
            "weights": "w/tokenizer.safetensors", "prefix": "vq."},
          "backbone": {"id": "transformer", "version": "[1.0,2)",
            "config": {"depth": 6, "rate": 0.5, "flags": [true]}, "weights": "w/tokenizer.safetensors"},
          "head": {"id": "categorical", "version": "[1.0,2)"},
          "scheduler": {"id": "raster", "version": "1.0"},
          "guides": [{"id": "cfg", "version": "[1.0,2)", "config": {"scale": 2}},
            {"id": "top-k", "version": "(1.0,2)"}]
        },
        "weights": {"w/tokenizer.safetensors": "%s"}
      }
      """
          .formatted(HASH);

  private final JsonDescriptorFormat format = new JsonDescriptorFormat();

  @Test
  void aDescriptorIsRead() {
    ModelDescriptor model = format.read(DIGITS, "here");
    assertThat(model.name()).isEqualTo("digits-ar");
    assertThat(model.version()).isEqualTo("1.2.0");
    assertThat(model.license()).isEqualTo("Apache-2.0");
    assertThat(model.conditions()).isEqualTo(new ConditionSpace(List.of("zero", "one"), false));
    assertThat(model.parts().keySet())
        .containsExactly("tokenizer", "backbone", "head", "scheduler");
    assertThat(model.parts().get("tokenizer"))
        .isEqualTo(
            new PartReference(
                "vq.grid", "[1.0,2)", Map.of("rows", 7L), "w/tokenizer.safetensors", "vq."));
    assertThat(model.parts().get("backbone").config())
        .isEqualTo(Map.of("depth", 6L, "rate", 0.5, "flags", List.of(true)));
    assertThat(model.guides())
        .containsExactly(
            PartReference.of("cfg", "[1.0,2)", Map.of("scale", 2L)),
            PartReference.of("top-k", "(1.0,2)", Map.of()));
    assertThat(model.weights()).containsExactly(Map.entry("w/tokenizer.safetensors", HASH));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    ModelDescriptor model = format.read(DIGITS, "here");
    assertThat(format.read(format.write(model), "there")).isEqualTo(model);
  }

  @Test
  void aJudgeHasAClassifierAlone() {
    ModelDescriptor judge =
        format.read(
            """
            {"name": "judge", "version": "1", "parts": {"classifier": {"id": "conv", "version": "1"}}}""",
            "here");
    assertThat(judge.parts().keySet()).containsExactly("classifier");
    assertThat(judge.conditions()).isEqualTo(ConditionSpace.NONE);
    assertThat(judge.weights()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void whatIsWrongIsRefusedByPlaceAndKey(String from, String to, String message) {
    assertThat(DIGITS).contains(from);
    assertThatThrownBy(() -> format.read(DIGITS.replace(from, to), "here"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("here: " + message);
  }

  static Stream<Arguments> whatIsWrongIsRefusedByPlaceAndKey() {
    String words = "lower-case words joined by '.' or '-'";
    String range = "a version range such as \"[1.0,2)\"";
    String part = "id, version, config, weights, prefix";
    return Stream.of(
        Arguments.of("\"name\": \"digits-ar\",", "", "name: expected " + words + ", found nothing"),
        Arguments.of("digits-ar", "Digits", "name: expected " + words + ", found \"Digits\""),
        Arguments.of(
            "\"1.2.0\"", "1.2", "version: expected a version such as \"1.0.0\", found 1.2"),
        Arguments.of(
            "\"1.2.0\"", "\"x\"", "version: expected a version such as \"1.0.0\", found \"x\""),
        Arguments.of("\"Digits\"", "7", "title: expected a text, found 7"),
        Arguments.of(
            "\"title\"",
            "\"titel\"",
            "expected the keys name, version, title, license, conditions, parts, weights,"
                + " found 'titel'"),
        Arguments.of(
            "\"labels\"",
            "\"label\"",
            "conditions: expected the keys labels, text, features, found 'label'"),
        Arguments.of("[\"zero\", \"one\"]", "3", "conditions.labels: expected a list, found 3"),
        Arguments.of("\"one\"", "1", "conditions.labels[1]: expected a text, found 1"),
        Arguments.of(
            "\"one\"",
            "\"zero\"",
            "conditions.labels[1]: expected a label that is not there yet, found \"zero\""),
        Arguments.of(
            "\"text\": false", "\"text\": 0", "conditions.text: expected true or false, found 0"),
        Arguments.of(
            "\"head\"",
            "\"haed\"",
            "parts: expected the keys tokenizer, backbone, head, scheduler, classifier,"
                + " draft-backbone, draft-head, guides, found 'haed'"),
        Arguments.of(
            "\"head\"",
            "\"draft-head\"",
            "parts.draft-backbone: expected a part: a draft has a backbone and a head, found"
                + " nothing"),
        Arguments.of(
            "\"id\": \"categorical\"",
            "\"id\": \"a)(b\"",
            "parts.head.id: expected " + words + ", found \"a)(b\""),
        Arguments.of(
            "(1.0,2)", "(1.0,", "parts.guides[1].version: expected " + range + ", found \"(1.0,\""),
        Arguments.of(
            "(1.0,2)", "[2,1]", "parts.guides[1].version: expected " + range + ", found \"[2,1]\""),
        Arguments.of(
            "\"top-k\"",
            "\"cfg\"",
            "parts.guides[1].id: expected a guide that is not there yet, found \"cfg\""),
        Arguments.of("{\"rows\": 7}", "7", "parts.tokenizer.config: expected an object, found 7"),
        Arguments.of(
            "\"prefix\"",
            "\"prefx\"",
            "parts.tokenizer: expected the keys " + part + ", found 'prefx'"),
        Arguments.of(
            "\"weights\": \"w/tokenizer.safetensors\", \"prefix\"",
            "\"prefix\"",
            "parts.tokenizer.prefix: expected no prefix where there are no weights, found"
                + " \"vq.\""),
        Arguments.of(
            "\"weights\": \"w/tokenizer.safetensors\", ",
            "\"weights\": \"other\", ",
            "parts.tokenizer.weights: expected a file that \"weights\" lists with its SHA-256,"
                + " found \"other\""),
        Arguments.of(
            HASH,
            "abc",
            "weights.w/tokenizer.safetensors: expected a SHA-256 of 64 lower-case hexadecimal"
                + " digits, found \"abc\""),
        Arguments.of("\"name\"", "name", "not JSON: at line 2 column 4 path $."));
  }

  @Test
  void aModelWithoutPartsIsRefused() {
    assertThatThrownBy(
            () -> format.read("{\"name\": \"x\", \"version\": \"1\", \"parts\": {}}", "here"))
        .hasMessage(
            "here: parts: expected at least one part out of tokenizer, backbone, head, scheduler,"
                + " classifier, draft-backbone, draft-head, found {}");
    assertThatThrownBy(() -> format.read("{\"name\": \"x\", \"version\": \"1\"}", "here"))
        .hasMessage("here: parts: expected an object, found nothing");
    assertThatThrownBy(() -> format.read("[]", "here"))
        .hasMessage("here: expected an object, found []");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "a/",
        "../a",
        "a/../b",
        "a/./b",
        "a//b",
        "a\\b",
        "C:a",
        "a/..",
        ".",
        ".hidden",
        "a\u0000b",
        "a b",
        "http://x/y"
      })
  void pathsThatLeaveTheBundleAreNoResourceNames(String path) {
    assertThat(JsonDescriptorFormat.isResourceName(path)).isFalse();
    assertThatThrownBy(
            () ->
                format.read(
                    "{\"name\": \"x\", \"version\": \"1\", \"weights\": {%s: \"%s\"}}"
                        .formatted(Json.write(path), HASH),
                    "here"))
        .hasMessageStartingWith("here: weights: expected relative paths inside the bundle, found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "weights.safetensors", "a/b-1/c_2.x", "_x"})
  void plainPathsAreResourceNames(String path) {
    assertThat(JsonDescriptorFormat.isResourceName(path)).isTrue();
  }

  /** The schema that is published says the same as the code that reads. */
  @Test
  void thePublishedSchemaHasTheSameKeys() throws Exception {
    Path file = Path.of("..", "..", "docs", "schema", "model.schema.json");
    Map<?, ?> schema = (Map<?, ?>) Json.parse(Files.readString(file));
    Set<String> parts = new LinkedHashSet<>(JsonDescriptorFormat.KINDS);
    parts.add(JsonDescriptorFormat.GUIDES);
    assertThat(keys(schema)).isEqualTo(JsonDescriptorFormat.ROOT_KEYS);
    assertThat(keys(schema, "properties", "conditions"))
        .isEqualTo(JsonDescriptorFormat.CONDITION_KEYS);
    assertThat(keys(schema, "properties", "parts")).isEqualTo(parts);
    assertThat(keys(schema, "$defs", "part")).isEqualTo(JsonDescriptorFormat.PART_KEYS);
    assertThat(keys(schema, "$defs", "guide")).isEqualTo(JsonDescriptorFormat.GUIDE_KEYS);
  }

  private static Set<?> keys(Map<?, ?> schema, String... path) {
    Map<?, ?> place = schema;
    for (String step : path) {
      place = (Map<?, ?>) place.get(step);
    }
    return ((Map<?, ?>) place.get("properties")).keySet();
  }
}
