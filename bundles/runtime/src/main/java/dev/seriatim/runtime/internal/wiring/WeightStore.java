package dev.seriatim.runtime.internal.wiring;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.weights.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.osgi.framework.Bundle;

/**
 * Weight files of model bundles as files that can be mapped. A file is copied out of its bundle
 * once, into a folder named by its SHA-256, and appears there complete and verified, or not at all.
 */
public final class WeightStore {
  private final Path folder;
  private final Set<Path> verified = new HashSet<>();

  /**
   * @param folder that may not be there yet
   */
  public WeightStore(Path folder) {
    this.folder = folder;
  }

  /**
   * The file with a bundle entry's content. What an earlier start of the runtime has left is read
   * through once before it is trusted.
   *
   * @param path of the entry
   * @param sha256 that it must have, in hexadecimal
   * @throws CheckpointException when the entry is not there or is not what it should be
   */
  public synchronized Path file(Bundle bundle, String path, String sha256) {
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
