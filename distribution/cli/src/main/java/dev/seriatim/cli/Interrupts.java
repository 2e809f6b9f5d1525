package dev.seriatim.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and signals: asks what is in progress to end, and gives the main thread time to put things
 * in order before the JVM goes.
 */
final class Interrupts {
  private static final long PATIENCE_SECONDS = 120;
  private static final CountDownLatch DONE = new CountDownLatch(1);
  private static Runnable action;

  private Interrupts() {}

  /**
   * Sets what to do on an interrupt in place of what was set before; it must make the main thread
   * come to its end soon.
   */
  static synchronized void on(Runnable cancel) {
    if (action == null) {
      Runtime.getRuntime().addShutdownHook(new Thread(Interrupts::interrupted, "seriatim-stop"));
    }
    action = cancel;
  }

  /** Tells that nothing is in progress any more. */
  static void done() {
    DONE.countDown();
  }

  private static void interrupted() {
    if (DONE.getCount() == 0) {
      return;
    }
    Runnable cancel;
    synchronized (Interrupts.class) {
      cancel = action;
    }
    cancel.run();
    try {
      DONE.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
