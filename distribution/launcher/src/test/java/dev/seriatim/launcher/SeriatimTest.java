package dev.seriatim.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that fail; those that do not are tested with the real bundles. */
class SeriatimTest {
  @TempDir Path temporary;

  @Test
  void withoutARuntimeItDoesNotStart() {
    assertThatThrownBy(builder()::start)
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            "The service Models did not appear within 0 s: no bundle runs Declarative Services"
                + " components");
  }

  @Test
  void aRequiredBundleThatDoesNotResolveFailsTheStart() throws IOException {
    SeriatimBuilder builder =
        builder().bundle("lonely", bundle(Map.of("Import-Package", "no.such.thing")));
    assertThatThrownBy(builder::start)
        .isInstanceOf(SeriatimException.class)
        .hasMessageStartingWith("The bundle test 1.0.0 does not start: ")
        .hasMessageContaining("no.such.thing");
  }

  @Test
  void aPluginThatDoesNotResolveIsSaidToBeMissing() throws IOException {
    Path jar = temporary.resolve("plugin.jar");
    Files.write(jar, bundle(Map.of("Import-Package", "no.such.thing")).readAllBytes());
    assertThatThrownBy(builder().plugins(temporary)::start)
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("not started: test: ")
        .hasMessageContaining("no.such.thing");
  }

  @Test
  void aJarThatIsNoBundleIsRefused() {
    SeriatimBuilder builder = builder().bundle("text", new ByteArrayInputStream("text".getBytes()));
    assertThatThrownBy(builder::start)
        .isInstanceOf(SeriatimException.class)
        .hasMessageStartingWith("The bundle memory:text cannot be installed: ");
  }

  @Test
  void afterAFailedStartNothingIsLeft() throws Exception {
    Path storage = temporary.resolve("storage");
    Set<Thread> before = threads();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    for (int i = 0; i < 2; i++) { // the second finds the storage of the first, unlocked
      assertThatThrownBy(builder().storage(storage)::start)
          .isInstanceOf(SeriatimException.class)
          .hasMessageStartingWith("The service Models did not appear");
    }
    for (Thread left : threads()) {
      if (!before.contains(left)) {
        left.join(60_000); // it has been told to end
        assertThat(left.isAlive()).as("thread %s is alive", left.getName()).isFalse();
      }
    }
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
  }

  @Test
  void absentPathsAreRefusedAtOnce() {
    Path nowhere = temporary.resolve("nowhere");
    assertThatThrownBy(() -> Seriatim.builder().bundles(nowhere))
        .hasMessage("bundles: expected a jar or a folder of jars, found nothing at " + nowhere);
    assertThatThrownBy(() -> Seriatim.builder().models(nowhere))
        .isInstanceOf(SeriatimException.class)
        .hasMessageEndingWith("found nothing at " + nowhere);
    assertThatThrownBy(() -> Seriatim.builder().models(temporary))
        .isInstanceOf(SeriatimException.class)
        .hasMessageEndingWith("found neither in " + temporary);
  }

  private static SeriatimBuilder builder() {
    return Seriatim.builder().timeout(Duration.ZERO);
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().contains("Felix") || t.getName().contains("seriatim"))
        .collect(Collectors.toSet());
  }

  private static InputStream bundle(Map<String, String> headers) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", "test");
    main.putValue("Bundle-Version", "1.0.0");
    headers.forEach(main::putValue);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new JarOutputStream(out, manifest).close();
    return new ByteArrayInputStream(out.toByteArray());
  }
}
