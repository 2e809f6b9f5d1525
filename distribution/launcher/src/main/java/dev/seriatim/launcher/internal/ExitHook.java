package dev.seriatim.launcher.internal;

/**
 * Closes a system when the JVM ends, where nobody else has. A process that ends takes down
 * libtorch's globals, and the JVM crashes when the engine's thread is still at work on them.
 */
final class ExitHook implements AutoCloseable {
  private final Thread thread;

  /**
   * @param close what to do
   * @throws IllegalStateException when the JVM is ending
   */
  ExitHook(Runnable close) {
    thread = new Thread(close, "seriatim-exit");
    Runtime.getRuntime().addShutdownHook(thread);
  }

  /** Takes the hook back. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      // The JVM is ending, perhaps this is the hook itself. It finds a system that is closed.
    }
  }
}
