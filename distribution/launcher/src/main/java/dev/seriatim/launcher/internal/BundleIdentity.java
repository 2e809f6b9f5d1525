package dev.seriatim.launcher.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;

/** Symbolic name and version of a bundle, from its manifest. */
final class BundleIdentity {
  private BundleIdentity() {}

  /**
   * Reads them.
   *
   * @throws SeriatimException when it is no bundle
   */
  static String of(BundleSource source) {
    try (JarInputStream jar = new JarInputStream(source.content().open(), false)) {
      Manifest manifest = jar.getManifest();
      Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
      String name = main.getValue("Bundle-SymbolicName");
      if (name == null) {
        throw new SeriatimException(
            source.location() + ": expected a bundle, found a jar without Bundle-SymbolicName");
      }
      String version = main.getValue("Bundle-Version");
      return name.split(";", 2)[0].strip() + " " + (version == null ? "0.0.0" : version.strip());
    } catch (IOException e) {
      throw new SeriatimException(source.location() + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
