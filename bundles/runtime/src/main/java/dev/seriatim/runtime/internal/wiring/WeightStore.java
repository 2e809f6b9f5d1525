package dev.seriatim.runtime.internal.wiring;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.weights.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;

/**
 * Weight files of model bundles as files that can be mapped. A file is copied out of its bundle
 * once, into a folder named by its SHA-256, and appears there complete and verified, or not at all.
 * The weights of a bundle that says in its header {@value #WEIGHTS_FOLDER} where they are stay
 * there, and are verified there.
 */
public final class WeightStore {
  /** Manifest header of a model bundle: the folder in which its weights are, as a URI. */
  static final String WEIGHTS_FOLDER = "Seriatim-Weights";

  private final Path folder;
  private final Set<Path> verified = new HashSet<>();
  private final Map<Path, Seen> seen = new HashMap<>();

  /** How a file that is not ours looked when it was verified. */
  private record Seen(String sha256, long size, FileTime modified) {}

  /**
   * @param folder that may not be there yet
   */
  public WeightStore(Path folder) {
    this.folder = folder;
  }

  /**
   * The file with a bundle's weights. What an earlier start of the runtime has left, and what lies
   * in a folder of its own, is read through once before it is trusted.
   *
   * @param path of the file, in the bundle or in the folder that its header names
   * @param sha256 that it must have, in hexadecimal
   * @throws CheckpointException when the entry is not there or is not what it should be
   */
  public synchronized Path file(Bundle bundle, String path, String sha256) {
    String elsewhere = bundle.getHeaders("").get(WEIGHTS_FOLDER);
    if (elsewhere != null) {
      return inPlace(Path.of(URI.create(elsewhere)).resolve(path), sha256);
    }
    Path file = folder.resolve(sha256).resolve(path.substring(path.lastIndexOf('/') + 1));
    if (verified.contains(file)) {
      return file;
    }
    String where = bundle.getSymbolicName() + " " + bundle.getVersion() + ": " + path;
    try {
      if (!Files.exists(file) || !hash(file).equals(sha256)) {
        URL entry = bundle.getEntry(path);
        if (entry == null) {
          throw new CheckpointException(where + ": expected a file in the bundle, found none");
        }
        copy(entry, where, file, sha256);
      }
    } catch (IOException e) {
      throw new CheckpointException(where + ": cannot be copied to " + file + ": " + e, e);
    } catch (IllegalStateException e) {
      throw new SeriatimException(where + ": its bundle was uninstalled", e);
    }
    verified.add(file);
    return file;
  }

  private Path inPlace(Path file, String sha256) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(file + ": expected a file with weights, found none");
    }
    try {
      Seen now = new Seen(sha256, Files.size(file), Files.getLastModifiedTime(file));
      if (!now.equals(seen.get(file))) {
        String found = hash(file);
        if (!found.equals(sha256)) {
          throw new CheckpointException(
              file + ": expected the SHA-256 " + sha256 + ", found " + found);
        }
        seen.put(file, now);
      }
      return file;
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e, e);
    }
  }

  private static void copy(URL entry, String where, Path file, String sha256) throws IOException {
    Files.createDirectories(file.getParent());
    Path beside = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
    try {
      MessageDigest digest = sha256();
      try (InputStream in = entry.openStream();
          OutputStream out = new DigestOutputStream(Files.newOutputStream(beside), digest)) {
        in.transferTo(out);
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(sha256)) {
        throw new CheckpointException(
            where + ": expected the SHA-256 " + sha256 + ", found " + found);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
