package dev.seriatim.runtime.internal.felix;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Jars and folders of classes: those on the class path, and those made for a test. */
final class Jars {
  private Jars() {}

  /** The jar or folder of classes that a class comes from. */
  static Path of(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Where a framework finds the bundle that a class comes from. */
  static String bundle(Class<?> type) {
    Path path = of(type);
    return (Files.isDirectory(path) ? "reference:" : "") + path.toUri();
  }

  static String header(Path jar, String name) {
    try {
      if (Files.isDirectory(jar)) {
        try (InputStream in = Files.newInputStream(jar.resolve("META-INF/MANIFEST.MF"))) {
          return new Manifest(in).getMainAttributes().getValue(name);
        }
      }
      try (JarFile file = new JarFile(jar.toFile())) {
        return file.getManifest().getMainAttributes().getValue(name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The packages in a jar. */
  static Set<String> packages(Path jar) {
    Set<String> packages = new TreeSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.endsWith(".class") && name.startsWith("ai/"))
          .forEach(
              name -> packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.')));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packages;
  }

  /** A jar of these headers and files. */
  static InputStream make(Map<String, String> headers, Map<String, byte[]> files) {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
    headers.forEach(manifest.getMainAttributes()::putValue);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        jar.putNextEntry(new ZipEntry(file.getKey()));
        jar.write(file.getValue());
        jar.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
