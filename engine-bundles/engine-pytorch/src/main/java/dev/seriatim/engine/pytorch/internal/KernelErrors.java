package dev.seriatim.engine.pytorch.internal;

import ai.djl.engine.EngineException;
import dev.seriatim.api.engine.KernelException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns libtorch's account of an error into the line, the column and the message of the source. */
final class KernelErrors {
  private static final Pattern FRAME =
      Pattern.compile(
          "  File \"" + Pattern.quote(TorchScriptArchive.CODE) + "\", line (\\d+)(?:, in .*)?\n");
  private static final String HERE = "<--- HERE";
  private static final Pattern CLASS_NAME =
      Pattern.compile("__torch__\\.(\\w+)(?: \\(of Python compilation unit at: \\w+\\))?");
  private static final Pattern GENERATED = Pattern.compile("seriatim_(?:stage|run|take)_");
  private static final String TRACEBACK = "Traceback of TorchScript (most recent call last):";

  private final KernelText text;
  private final int lines;

  KernelErrors(KernelText text) {
    this.text = text;
    this.lines = (int) text.code().lines().count();
  }

  KernelException translate(EngineException error) {
    String report = String.valueOf(error.getMessage());
    boolean atRunTime = report.contains(TRACEBACK);
    Matcher frame = FRAME.matcher(report);
    int line = 0;
    int at = -1;
    // A compiler names the place first and then its callers; a traceback names it last.
    while (frame.find() && (at < 0 || atRunTime)) {
      int found = Integer.parseInt(frame.group(1));
      if (found <= lines) {
        line = found;
        at = frame.end();
      }
    }
    String message = atRunTime ? raised(report) : complaint(report);
    return text.error(line, message + marked(report, at, line), error);
  }

  /** What a run-time error says: the text after the last frame. */
  private static String raised(String report) {
    String tail = report.substring(report.lastIndexOf(HERE) + HERE.length());
    int error = tail.indexOf("Error: ");
    return clean(error < 0 ? tail : tail.substring(error + "Error: ".length()));
  }

  /** What the compiler says: the text before the first frame. */
  private static String complaint(String report) {
    Matcher frame = FRAME.matcher(report);
    String head = frame.find() ? report.substring(0, frame.start()) : report;
    return clean(head.replace("The original call is:", ""));
  }

  private static String clean(String message) {
    String plain = CLASS_NAME.matcher(message).replaceAll("$1");
    plain = GENERATED.matcher(plain).replaceAll("");
    plain = plain.replace(" Did you forget to initialize an attribute in __init__()?", "");
    plain = plain.replaceAll("\\s*\n\\s*", " ").strip();
    return plain.replaceAll("(?: here)?[:. ]*$", "");
  }

  /** The column and the text of the line, from the line that libtorch marks with tildes. */
  private String marked(String report, int from, int line) {
    if (from < 0) {
      return "";
    }
    int here = report.indexOf(HERE, from);
    int start = report.lastIndexOf('\n', here) + 1;
    String source = text.line(line).strip();
    int column = here < 0 ? -1 : report.indexOf('~', start) - start + 1;
    return (column > 0 ? " (column " + column + ", " : " (") + "`" + source + "`)";
  }
}
