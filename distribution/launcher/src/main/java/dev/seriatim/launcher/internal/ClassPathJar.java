package dev.seriatim.launcher.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The jar (or folder of classes) that a class comes from: its manifest and its packages.
 *
 * @param manifest empty when it has none
 * @param packages those that hold classes, sorted
 */
record ClassPathJar(Manifest manifest, List<String> packages) {
  /**
   * Finds it through a class loader, without loading the class; works for nested jars too, whose
   * protocol the host's loader knows.
   *
   * @return null when there is no such class
   */
  static ClassPathJar holding(String className, ClassLoader loader) {
    String resource = className.replace('.', '/') + ".class";
    URL url = loader.getResource(resource);
    if (url == null) {
      return null;
    }
    try {
      if (url.openConnection() instanceof JarURLConnection connection) {
        // An own JarFile: one out of the shared cache might be the host's, and is not ours to
        // close.
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
          Manifest manifest = jar.getManifest();
          return of(manifest, jar.stream().map(entry -> entry.getName()));
        }
      }
      return folder(url, resource);
    } catch (IOException e) {
      throw new UncheckedIOException("The jar of " + className + " cannot be read: " + url, e);
    }
  }

  private static ClassPathJar folder(URL url, String resource) throws IOException {
    String text = url.toString();
    Path root = Path.of(URI.create(text.substring(0, text.length() - resource.length())));
    Manifest manifest = new Manifest();
    Path file = root.resolve(JarFile.MANIFEST_NAME);
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        manifest.read(in);
      }
    }
    try (Stream<Path> files = Files.walk(root)) {
      return of(
          manifest,
          files.map(path -> root.relativize(path).toString().replace(File.separatorChar, '/')));
    }
  }

  private static ClassPathJar of(Manifest manifest, Stream<String> entries) {
    TreeSet<String> packages = new TreeSet<>();
    entries
        .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF/"))
        .filter(name -> name.indexOf('/') > 0)
        .forEach(name -> packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.')));
    return new ClassPathJar(manifest == null ? new Manifest() : manifest, List.copyOf(packages));
  }

  /** A header of the manifest; null when it is not there. */
  String header(String name) {
    return manifest.getMainAttributes().getValue(name);
  }
}
