package dev.seriatim.model.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.Parameters;
import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.Domain;
import aQute.bnd.osgi.EmbeddedResource;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.FrameworkUtil;

class ModelDescriptorPluginTest {

  private static final String DIGITS =
      """
      {
        "name": "digits-ar",
        "version": "1.2.0",
        "description": "not the resolver's business",
        "parts": {
          "tokenizer": {"id": "vq.grid", "version": "[1.0,2)", "config": {"width": 4}},
          "backbone": {"id": "transformer", "version": "[1.1.0,1.2]"},
          "head": {"id": "categorical", "version": "[1.0,2)"},
          "scheduler": {"id": "raster", "version": "1.0"},
          "guides": [
            {"id": "cfg", "version": "[1.0,2)"},
            {"id": "top-k", "version": "(1.0,2)"}
          ]
        }
      }
      """;

  private final Builder builder = new Builder();

  @AfterEach
  void close() throws Exception {
    builder.close();
  }

  @Test
  void aModelIsACapability() throws Exception {
    assertThat(capabilities(build(DIGITS)))
        .containsExactly(Map.of("name", "digits-ar", "version", "1.2.0"));
  }

  @Test
  void eachPartIsARequirement() throws Exception {
    assertThat(filters(build(DIGITS)))
        .containsExactlyInAnyOrder(
            "(&(kind=tokenizer)(id=vq.grid)(version>=1.0.0)(!(version>=2.0.0)))",
            "(&(kind=backbone)(id=transformer)(version>=1.1.0)(version<=1.2.0))",
            "(&(kind=head)(id=categorical)(version>=1.0.0)(!(version>=2.0.0)))",
            "(&(kind=scheduler)(id=raster)(version>=1.0.0))",
            "(&(kind=guide)(id=cfg)(version>=1.0.0)(!(version>=2.0.0)))",
            "(&(kind=guide)(id=top-k)(version=*)(!(version<=1.0.0))(!(version>=2.0.0)))");
  }

  @Test
  void theFiltersAreFilters() throws Exception {
    for (String filter : filters(build(DIGITS))) {
      FrameworkUtil.createFilter(filter);
    }
  }

  @Test
  void headersWrittenElsewhereStay() throws Exception {
    builder.setProperty(Constants.PROVIDE_CAPABILITY, "other;name=x");
    builder.setProperty(Constants.REQUIRE_CAPABILITY, "other;filter:=\"(name=y)\"");
    Domain manifest = build(DIGITS);
    assertThat(manifest.getProvideCapability()).containsKeys("other", "seriatim.model");
    assertThat(manifest.getRequireCapability()).containsKeys("other", "seriatim.part");
  }

  @Test
  void aBundleWithoutADescriptorIsLeftAlone() throws Exception {
    Domain manifest = build(null);
    assertThat(capabilities(manifest)).isEmpty();
    assertThat(filters(manifest)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void aMalformedDescriptorFailsTheBuildAndSaysWhy(String descriptor, String message)
      throws Exception {
    run(descriptor);
    assertThat(builder.getErrors()).singleElement().asString().isEqualTo("model.json: " + message);
  }

  static Stream<Arguments> aMalformedDescriptorFailsTheBuildAndSaysWhy() {
    String words = "lower-case words joined by '.' or '-'";
    String range = "a version range such as \"[1.0,2)\"";
    return Stream.of(
        Arguments.of("[]", "the descriptor: expected an object, found []"),
        Arguments.of("{} {}", "not JSON: at line 1 column 5 path $"),
        Arguments.of(
            replace("\"name\": \"digits-ar\",", ""), "name: expected " + words + ", found nothing"),
        Arguments.of(
            replace("digits-ar", "Digits AR"), "name: expected " + words + ", found \"Digits AR\""),
        Arguments.of(
            replace("\"1.2.0\"", "\"one\""),
            "version: expected a version such as \"1.0.0\", found \"one\""),
        Arguments.of(
            replace("\"1.2.0\"", "1.2"),
            "version: expected a version such as \"1.0.0\", found 1.2"),
        Arguments.of(
            replace("\"head\"", "\"haed\""),
            "parts: expected the keys tokenizer, backbone, head, scheduler, classifier,"
                + " draft-backbone, draft-head, guides, found haed"),
        Arguments.of(
            replace("\"categorical\"", "\"a)(b\""),
            "parts.head.id: expected " + words + ", found \"a)(b\""),
        Arguments.of(
            replace("\"(1.0,2)\"", "\"(1.0,\""),
            "parts.guides[1].version: expected " + range + ", found \"(1.0,\""),
        Arguments.of(
            replace("\"[1.1.0,1.2]\"", "\"[2,1]\""),
            "parts.backbone.version: expected " + range + ", found \"[2,1]\""),
        Arguments.of(
            "{\"name\": \"x\", \"version\": \"1\"}", "parts: expected an object, found nothing"),
        Arguments.of(
            "{\"name\": \"x\", \"version\": \"1\", \"parts\": {}}",
            "parts: expected at least one part, found none"),
        Arguments.of(
            "{\"name\": \"x\", \"version\": \"1\", \"parts\": {\"guides\": {}}}",
            "parts.guides: expected a list, found {}"));
  }

  @Test
  void textThatIsNotJsonFailsTheBuild() throws Exception {
    run("{\"name\": 'x'}");
    assertThat(builder.getErrors())
        .singleElement()
        .asString()
        .isEqualTo("model.json: not JSON: at line 1 column 11 path $.name");
  }

  private static String replace(String from, String to) {
    assertThat(DIGITS).contains(from);
    return DIGITS.replace(from, to);
  }

  private Domain build(String descriptor) throws Exception {
    Jar jar = run(descriptor);
    assertThat(builder.getErrors()).isEmpty();
    return Domain.domain(jar.getManifest());
  }

  private Jar run(String descriptor) throws Exception {
    Jar content = new Jar("content");
    content.putResource("weights.txt", new EmbeddedResource("1 2 3", 0L));
    if (descriptor != null) {
      content.putResource("model.json", new EmbeddedResource(descriptor, 0L));
    }
    builder.setJar(content);
    builder.setProperty("-plugin.model", ModelDescriptorPlugin.class.getName());
    builder.setBundleSymbolicName("model");
    return builder.build();
  }

  private static List<Map<String, String>> capabilities(Domain manifest) {
    return clauses(manifest.getProvideCapability(), "seriatim.model").stream()
        .map(attrs -> Map.copyOf((Map<String, String>) attrs))
        .toList();
  }

  private static List<String> filters(Domain manifest) {
    return clauses(manifest.getRequireCapability(), "seriatim.part").stream()
        .peek(attrs -> assertThat(attrs.get("effective:")).isEqualTo("resolve"))
        .map(attrs -> attrs.get("filter:"))
        .toList();
  }

  private static List<Attrs> clauses(Parameters header, String namespace) {
    return header.stream()
        .filterKey(key -> Processor.removeDuplicateMarker(key).equals(namespace))
        .values()
        .toList();
  }
}
