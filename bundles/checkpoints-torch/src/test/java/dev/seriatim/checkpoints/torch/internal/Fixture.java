package dev.seriatim.checkpoints.torch.internal;

import dev.seriatim.api.weights.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Files that PyTorch wrote, and files made of bytes. */
final class Fixture {
  private Fixture() {}

  /** A resource beside this class. */
  static byte[] bytes(String name) {
    try (InputStream stream = Fixture.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** Opens content as a file, which is gone afterwards. */
  static void open(byte[] content, Consumer<TorchCheckpoint> use) {
    try {
      Path file = Files.createTempFile("checkpoint", ".pt");
      try {
        Files.write(file, content);
        try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
          use.accept(checkpoint);
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens content, and asks for all that is in it; what a refusal says, or null. */
  static String refusal(byte[] content) {
    try {
      open(content, checkpoint -> checkpoint.tensors().keySet().forEach(checkpoint::bytes));
      return null;
    } catch (CheckpointException e) {
      return e.getMessage();
    }
  }
}
