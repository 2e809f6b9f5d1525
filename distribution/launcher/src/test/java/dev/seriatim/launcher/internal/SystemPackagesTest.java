package dev.seriatim.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemPackagesTest {
  @Test
  void versionsAreKeptAndAllElseIsLeftOut() {
    assertThat(
            SystemPackages.exports(
                "a.b;version=\"1.2\";uses:=\"c.d,e.f\",c.d; e.f;x=y;version:Version=3,g"))
        .containsExactly(
            "a.b;version=\"1.2\"", "c.d;version=\"3\"", "e.f;version=\"3\"", "g;version=\"0\"");
  }

  @Test
  void noHeaderExportsNothing() {
    assertThat(SystemPackages.exports(null)).isEmpty();
  }

  @Test
  void whatIsOnTheClassPathIsExportedWithItsVersion() {
    List<String> clauses =
        List.of(SystemPackages.of(SystemPackagesTest.class.getClassLoader()).split(","));
    assertThat(clauses)
        .doesNotHaveDuplicates()
        .contains("dev.seriatim.api.part;version=\"2.0.0\"")
        .anyMatch(clause -> clause.startsWith("ai.djl.ndarray;version=\"0."))
        .anyMatch(clause -> clause.startsWith("ai.djl.pytorch.jni;version=\"0."))
        .anyMatch(clause -> clause.startsWith("ai.djl.huggingface.tokenizers;version=\"0."))
        .contains("dev.seriatim.text;version=\"1.0.0\"")
        .anyMatch(clause -> clause.startsWith("org.slf4j;version=\"2."))
        .anyMatch(clause -> clause.startsWith("org.osgi.service.component.runtime;version=\"1.5"));
  }

  @Test
  void aMissingJarIsNamed() throws Exception {
    try (URLClassLoader empty =
        new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> SystemPackages.of(empty))
          .isInstanceOf(SeriatimException.class)
          .hasMessage(
              "class path: expected the jar that holds dev.seriatim.api.SeriatimException,"
                  + " found none");
    }
  }
}
