package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** A model folder in the making: beside its place until it is finished. */
final class ModelFolder implements AutoCloseable {
  private static final String DESCRIPTOR = "model.json";
  private static final int PIECE = 1 << 20;

  private final Path output;
  private final Path making;

  private ModelFolder(Path output, Path making) {
    this.output = output;
    this.making = making;
  }

  /**
   * Begins.
   *
   * @throws SeriatimException when there is something in its place, or it cannot be made
   */
  static ModelFolder beside(Path output) {
    Path target = output.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new SeriatimException(output + ": expected no such file or folder, found one");
    }
    try {
      Files.createDirectories(target.getParent());
      Path making = target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
      return new ModelFolder(target, Files.createDirectory(making));
    } catch (IOException e) {
      throw cannotBeWritten(output, e);
    }
  }

  /** A file to be written. */
  Path file(String name) {
    Path file = making.resolve(name).normalize();
    if (!file.startsWith(making)) {
      throw new SeriatimException("weights: expected a file inside the folder, found " + name);
    }
    try {
      Files.createDirectories(file.getParent());
      return file;
    } catch (IOException e) {
      throw cannotBeWritten(output, e);
    }
  }

  /** Writes the descriptor and brings the folder to its place. */
  void finish(String descriptor) {
    try {
      Files.writeString(making.resolve(DESCRIPTOR), descriptor);
      Files.move(making, output, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw cannotBeWritten(output, e);
    }
  }

  /** Deletes what was not finished. */
  @Override
  public void close() {
    delete(making);
  }

  /** Deletes a folder and what is in it, where it is there. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> inside = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : inside) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be deleted", e);
    }
  }

  /**
   * The SHA-256 of a file.
   *
   * @param progress told how many bytes more were read
   */
  static String sha256(Path file, LongConsumer progress) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
        progress.accept(read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
  }

  private static SeriatimException cannotBeWritten(Path output, IOException e) {
    return new SeriatimException(output + ": cannot be written: " + e, e);
  }
}
