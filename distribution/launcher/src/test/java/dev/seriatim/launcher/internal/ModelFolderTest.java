package dev.seriatim.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  static final String DESCRIPTOR =
      """
      {
        "name": "tiny",
        "version": "1.2.3",
        "parts": {"head": {"id": "categorical", "version": "[1.0,2)"}},
        "weights": {"weights/head.safetensors": "00"}
      }
      """;

  @TempDir Path folder;

  @Test
  void aFolderBecomesABundleThatSaysWhereItsWeightsAre() throws IOException {
    write("model.json", DESCRIPTOR);
    write("weights/head.safetensors", "numbers");
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ModelFolder.read(folder).writeBundle(out);

    try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      Attributes main = jar.getManifest().getMainAttributes();
      assertThat(main.getValue("Bundle-SymbolicName")).isEqualTo("dev.seriatim.model.tiny");
      assertThat(main.getValue("Bundle-Version")).isEqualTo("1.2.3");
      assertThat(main.getValue("Provide-Capability"))
          .isEqualTo("seriatim.model;name=tiny;version:Version=\"1.2.3\"");
      assertThat(main.getValue("Require-Capability")).contains("(kind=head)(id=categorical)");
      assertThat(URI.create(main.getValue("Seriatim-Weights")))
          .isEqualTo(folder.toAbsolutePath().toUri());
      Map<String, String> files = new LinkedHashMap<>();
      for (JarEntry entry = jar.getNextJarEntry(); entry != null; entry = jar.getNextJarEntry()) {
        files.put(entry.getName(), new String(jar.readAllBytes()));
      }
      assertThat(files).containsExactly(Map.entry("model.json", DESCRIPTOR));
    }
  }

  @Test
  void missingWeightsAreNamed() throws IOException {
    write("model.json", DESCRIPTOR);
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            folder.resolve("model.json")
                + ": weights: expected the file weights/head.safetensors in the folder, found"
                + " none");
  }

  @Test
  void weightsStayInTheFolder() throws IOException {
    write("model.json", DESCRIPTOR.replace("weights/head", "../head"));
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(
            "weights: expected paths inside the folder, found ../head.safetensors");
  }

  @Test
  void aMalformedDescriptorIsNamed() throws IOException {
    write("model.json", DESCRIPTOR.replace("1.2.3", "one"));
    assertThatThrownBy(() -> ModelFolder.read(folder))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            folder.resolve("model.json")
                + ": version: expected a version such as \"1.0.0\", found \"one\"");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
