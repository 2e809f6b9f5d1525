package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Resources that are closed together, the last first, each even when another throws. */
final class Held implements AutoCloseable {
  private final String owner;
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  /**
   * @param owner for messages
   */
  Held(String owner) {
    this.owner = owner;
  }

  <T extends AutoCloseable> T hold(T resource) {
    resources.push(resource);
    return resource;
  }

  @Override
  public void close() {
    SeriatimException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new SeriatimException(owner + " cannot be closed: " + e, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
