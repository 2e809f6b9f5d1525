package dev.seriatim.cli;

import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sends warnings to standard error as one line each, and with {@code --debug} everything. */
final class Logging {
  /** What warns of things that no user can or need act on, such as a GPU that is not there. */
  private static final List<String> CHATTY = List.of("ai.djl", "org.apache.felix");

  /** Loggers that are not held are collected, and their levels with them. */
  private static final List<Logger> HELD = CHATTY.stream().map(Logger::getLogger).toList();

  private Logging() {}

  /** Configures the JVM's logging; slf4j writes to it too. */
  static void configure(boolean debug) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new OneLine(debug));
    root.addHandler(handler);
    root.setLevel(debug ? Level.FINE : Level.WARNING);
    HELD.forEach(logger -> logger.setLevel(debug ? Level.FINE : Level.OFF));
    // The JDK's own, which --debug is not about.
    for (String own : List.of("java", "javax", "jdk", "sun")) {
      Logger.getLogger(own).setLevel(Level.WARNING);
    }
  }

  private static final class OneLine extends Formatter {
    private final boolean debug;

    OneLine(boolean debug) {
      this.debug = debug;
    }

    @Override
    public String format(LogRecord entry) {
      StringBuilder line = new StringBuilder("seriatim: ");
      if (debug) {
        line.append(entry.getLevel()).append(' ').append(entry.getLoggerName()).append(": ");
      }
      line.append(formatMessage(entry));
      if (entry.getThrown() != null) {
        line.append(": ").append(entry.getThrown());
        if (debug) {
          for (StackTraceElement frame : entry.getThrown().getStackTrace()) {
            line.append(System.lineSeparator()).append("    at ").append(frame);
          }
        }
      }
      return line.append(System.lineSeparator()).toString();
    }
  }
}
