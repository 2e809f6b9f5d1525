package dev.seriatim.launcher.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bundle to install.
 *
 * @param location its name in the framework
 * @param content opens the jar
 * @param role what it means when it does not start
 */
public record BundleSource(String location, Content content, Role role) {
  /** What it means when a bundle does not start. */
  public enum Role {
    /** The system does not start. */
    REQUIRED,
    /** It is left out. */
    OPTIONAL,
    /** It is a model that is not ready. */
    MODEL
  }

  /** Opens a jar. */
  @FunctionalInterface
  public interface Content {
    /** The bytes of the jar. */
    InputStream open() throws IOException;
  }

  /** A jar file. */
  public static BundleSource of(Path jar, Role role) {
    return new BundleSource(
        jar.toAbsolutePath().normalize().toUri().toString(), () -> Files.newInputStream(jar), role);
  }

  /** A jar in memory. */
  public static BundleSource of(String name, byte[] jar, Role role) {
    return new BundleSource("memory:" + name, () -> new ByteArrayInputStream(jar), role);
  }
}
