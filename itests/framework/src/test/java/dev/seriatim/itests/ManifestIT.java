package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What the bundles state in their manifests is what they are. */
class ManifestIT {
  private static final String OURS = "dev.seriatim.";
  private static final String MODEL = "seriatim.model";
  private static final List<String> ATTRIBUTES =
      List.of("kind", "id", "version", "tokens", "orders");

  private static Seriatim seriatim;

  @BeforeAll
  static void start() {
    seriatim = Systems.all();
  }

  @AfterAll
  static void stop() {
    seriatim.close();
  }

  static List<Bundle> bundles() {
    return Arrays.stream(seriatim.unwrap(BundleContext.class).getBundles())
        .filter(bundle -> bundle.getSymbolicName().startsWith(OURS))
        .toList();
  }

  /** Without the one that is made of a folder. */
  static List<Bundle> shipped() {
    return bundles().stream()
        .filter(bundle -> !bundle.getSymbolicName().endsWith("." + TinyModel.NAME))
        .toList();
  }

  static List<Bundle> models() {
    return bundles().stream().filter(bundle -> !declared(bundle, MODEL).isEmpty()).toList();
  }

  @Test
  void allBundlesAreActive() {
    assertThat(bundles()).hasSizeGreaterThan(10);
    assertThat(bundles()).allMatch(bundle -> bundle.getState() == Bundle.ACTIVE);
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void capabilitiesAreTheServices(Bundle bundle) {
    Set<Map<String, Set<String>>> capabilities =
        declared(bundle, ProvidesPart.NAMESPACE).stream()
            .map(capability -> attributes(capability.getAttributes()))
            .collect(Collectors.toSet());
    Set<Map<String, Set<String>>> services =
        Stream.ofNullable(bundle.getRegisteredServices())
            .flatMap(Arrays::stream)
            .filter(ManifestIT::isFactory)
            .map(ManifestIT::attributes)
            .collect(Collectors.toSet());
    assertThat(services).isEqualTo(capabilities);
  }

  @Test
  void thePartsAreThoseOfTheCapabilities() {
    long declared =
        bundles().stream().mapToLong(each -> declared(each, ProvidesPart.NAMESPACE).size()).sum();
    assertThat(seriatim.models().parts()).hasSize((int) declared).hasSizeGreaterThanOrEqualTo(8);
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsRequireThePartsOfTheirDescriptor(Bundle bundle) throws Exception {
    ModelDescriptor model = descriptor(bundle);
    assertThat(declared(bundle, MODEL))
        .singleElement()
        .satisfies(
            capability ->
                assertThat(capability.getAttributes())
                    .containsEntry("name", model.name())
                    .containsEntry("version", Version.parseVersion(model.version())));
    List<BundleRequirement> requirements =
        bundle.adapt(BundleRevision.class).getDeclaredRequirements(ProvidesPart.NAMESPACE);
    // A draft may need the same part as the model that it drafts for.
    long parts =
        model.parts().entrySet().stream()
            .map(part -> kind(part.getKey()) + " " + part.getValue().id())
            .distinct()
            .count();
    assertThat(requirements).hasSize((int) parts + model.guides().size());
    for (Map.Entry<String, PartReference> part : model.parts().entrySet()) {
      assertRequired(requirements, kind(part.getKey()), part.getValue());
    }
    for (PartReference guide : model.guides()) {
      assertRequired(requirements, ProvidesPart.GUIDE, guide);
    }
  }

  private static String kind(String key) {
    return key.replaceFirst("^draft-", "");
  }

  private static void assertRequired(
      List<BundleRequirement> requirements, String kind, PartReference part) {
    VersionRange range = new VersionRange(part.version());
    assertThat(range.getRight()).as("end of %s", range).isNotNull();
    assertThat(
            requirements.stream()
                .filter(each -> matches(each, kind, part.id(), range.getLeft()))
                .filter(each -> !matches(each, kind, part.id(), range.getRight()))
                .filter(each -> !matches(each, kind, part.id(), Version.emptyVersion)))
        .as("requirements of %s %s %s", kind, part.id(), range)
        .hasSize(1);
  }

  private static boolean matches(
      BundleRequirement requirement, String kind, String id, Version version) {
    try {
      return FrameworkUtil.createFilter(requirement.getDirectives().get("filter"))
          .matches(Map.of("kind", kind, "id", id, "version", version));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void nothingInternalIsExported(Bundle bundle) {
    List<Map<String, Object>> exports =
        declared(bundle, PackageNamespace.PACKAGE_NAMESPACE).stream()
            .map(BundleCapability::getAttributes)
            .toList();
    assertThat(exports)
        .extracting(export -> export.get(PackageNamespace.PACKAGE_NAMESPACE))
        .noneMatch(name -> String.valueOf(name).contains("internal"));
    assertThat(exports)
        .extracting(export -> export.get("version"))
        .doesNotContain(Version.emptyVersion);
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void importsStateTheVersionsThatTheyWorkWith(Bundle bundle) {
    bundle
        .adapt(BundleRevision.class)
        .getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE)
        .forEach(
            each -> {
              String filter = each.getDirectives().get("filter");
              if (!filter.contains("=javax.") && !filter.contains("=org.xml.")) {
                assertThat(filter).contains("(version>=").contains("(!(version>=");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void noHeaderThatBindsToBundlesOrRunsCode(Bundle bundle) {
    Map<String, String> headers = new TreeMap<>(FrameworkUtil.asMap(bundle.getHeaders("")));
    assertThat(headers)
        .doesNotContainKeys(
            Constants.BUNDLE_ACTIVATOR,
            Constants.REQUIRE_BUNDLE,
            Constants.DYNAMICIMPORT_PACKAGE,
            Constants.FRAGMENT_HOST);
    assertThat(headers).containsKeys("Bundle-License", "Bundle-Description", "Bundle-Name");
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void everyBundleHasAVersionOfItsOwn(Bundle bundle) throws Exception {
    URL pom =
        bundle.getEntry("META-INF/maven/dev.seriatim/" + bundle.getSymbolicName() + "/pom.xml");
    assertThat(pom).as("pom.xml of a module named as the bundle").isNotNull();
    Map<String, String> project = new LinkedHashMap<>();
    try (InputStream in = pom.openStream()) {
      NodeList elements =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(in)
              .getDocumentElement()
              .getChildNodes();
      for (int i = 0; i < elements.getLength(); i++) {
        Node element = elements.item(i);
        project.put(element.getNodeName(), element.getTextContent().strip());
      }
    }
    assertThat(project)
        .as("not the parent's")
        .containsEntry("version", bundle.getVersion().toString());
  }

  private static List<BundleCapability> declared(Bundle bundle, String namespace) {
    return bundle.adapt(BundleRevision.class).getDeclaredCapabilities(namespace);
  }

  private static boolean isFactory(ServiceReference<?> service) {
    return List.of((String[]) service.getProperty(Constants.OBJECTCLASS))
        .contains(PartFactory.class.getName());
  }

  private static Map<String, Set<String>> attributes(ServiceReference<?> service) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (String attribute : ATTRIBUTES) {
      Object value = service.getProperty(ProvidesPart.PREFIX_ + attribute);
      if (value != null) {
        properties.put(attribute, value);
      }
    }
    return attributes(properties);
  }

  private static Map<String, Set<String>> attributes(Map<String, Object> values) {
    Map<String, Set<String>> attributes = new TreeMap<>();
    values.forEach((name, value) -> attributes.put(name, strings(value)));
    return attributes;
  }

  private static Set<String> strings(Object value) {
    if (value instanceof String[] several) {
      return new HashSet<>(List.of(several));
    }
    if (value instanceof List<?> several) {
      return several.stream().map(String::valueOf).collect(Collectors.toSet());
    }
    return Collections.singleton(String.valueOf(value));
  }

  private static ModelDescriptor descriptor(Bundle bundle) throws IOException {
    try (InputStream in = bundle.getEntry("model.json").openStream()) {
      return seriatim
          .service(DescriptorFormat.class)
          .read(new String(in.readAllBytes(), StandardCharsets.UTF_8), bundle.toString());
    }
  }
}
