package dev.seriatim.importing.internal;

import dev.seriatim.api.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checkpoints that are closed together. */
final class OpenCheckpoints implements AutoCloseable {
  private final List<Checkpoint> all = new ArrayList<>();

  /** Opens files in their order; those that were opened are closed when one is refused. */
  static OpenCheckpoints open(CheckpointFiles files, List<Path> paths) {
    OpenCheckpoints opened = new OpenCheckpoints();
    try {
      paths.forEach(path -> opened.all.add(files.open(path)));
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  List<Checkpoint> all() {
    return List.copyOf(all);
  }

  @Override
  public void close() {
    all.forEach(Checkpoint::close);
  }
}
