package dev.seriatim.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Where the JVM starts. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    PrintWriter out = utf8(System.out);
    PrintWriter err = utf8(System.err);
    int code = run(out, err, arguments);
    out.flush();
    err.flush();
    Interrupts.done();
    System.exit(code);
  }

  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Runs a command. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(new SeriatimCommand());
    line.setOut(out).setErr(err);
    line.setExecutionExceptionHandler(Failures::onFailure);
    line.setParameterExceptionHandler(Failures::onUsage);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    return line.execute(arguments);
  }
}
