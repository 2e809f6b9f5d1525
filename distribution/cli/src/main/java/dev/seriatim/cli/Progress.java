package dev.seriatim.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a task is, on standard error: a bar where that is a terminal, else a line now and then
 * for tasks that take long.
 */
final class Progress implements AutoCloseable {
  /** System property: whether standard error is a terminal; the JVM has no means to know. */
  static final String TERMINAL = "seriatim.terminal";

  /** System property: columns of the terminal. */
  static final String COLUMNS = "seriatim.columns";

  private static final int UPDATE_MILLIS = 100;
  private static final Duration LINE_EVERY = Duration.ofSeconds(15);

  private final String task;
  private final PrintWriter err;
  private final ProgressBar bar;
  private long lastLine = System.nanoTime();

  private Progress(String task, PrintWriter err, ProgressBar bar) {
    this.task = task;
    this.err = err;
    this.bar = bar;
  }

  /**
   * Begins a task.
   *
   * @param name of it
   * @param all units of work; 0 when not known yet
   * @param done of them, before
   * @param err for lines
   */
  static Progress of(String name, long all, long done, PrintWriter err) {
    ProgressBar bar = null;
    if (Boolean.getBoolean(TERMINAL)) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(all)
              .startsFrom(done, Duration.ZERO)
              .setStyle(isUtf8() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(
                  new ConsoleProgressBarConsumer(
                      new PrintStream(System.err, true, StandardCharsets.UTF_8),
                      Integer.getInteger(COLUMNS, 80) - 1))
              .build();
    }
    return new Progress(name, err, bar);
  }

  private static boolean isUtf8() {
    return "UTF-8".equalsIgnoreCase(System.getProperty("native.encoding"));
  }

  /**
   * Tells how far it is.
   *
   * @param done units of work
   * @param all of them; 0 when not known
   * @param detail shown beside; may be empty
   */
  void to(long done, long all, String detail) {
    if (bar != null) {
      if (bar.getMax() != all) {
        bar.maxHint(all);
      }
      bar.stepTo(done).setExtraMessage(detail.isEmpty() ? "" : " " + detail);
      return;
    }
    long now = System.nanoTime();
    if (now - lastLine >= LINE_EVERY.toNanos()) {
      lastLine = now;
      err.println((task + " " + done + (all > 0 ? "/" + all : "") + " " + detail).strip());
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
