package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ModelNotWiredException;
import dev.seriatim.api.weights.CheckpointException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong, and chooses the exit code. */
final class Failures {
  private Failures() {}

  /** A command failed. */
  static int onFailure(Exception failure, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    boolean debug = parsed.hasMatchedOption("--debug") || subcommandDebugs(parsed);
    if (failure instanceof CancellationException) {
      err.println("seriatim: interrupted");
    } else if (failure instanceof SeriatimException) {
      err.println("seriatim: " + failure.getMessage());
    } else {
      err.println(
          "seriatim: unexpected "
              + failure
              + (debug ? "" : " (--debug shows where it comes from)"));
    }
    if (debug) {
      failure.printStackTrace(err);
    }
    err.flush();
    if (failure instanceof CancellationException) {
      return ExitCode.INTERRUPTED;
    }
    return failure instanceof ModelNotWiredException || failure instanceof CheckpointException
        ? ExitCode.NOT_WIRED
        : ExitCode.FAILED;
  }

  private static boolean subcommandDebugs(ParseResult parsed) {
    return parsed.subcommands().stream().anyMatch(sub -> sub.hasMatchedOption("--debug"));
  }

  /** A command line was not understood. */
  static int onUsage(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("seriatim: " + message(failure));
    String command = line.getCommandSpec().name();
    err.println("Try `seriatim help" + (command.equals("seriatim") ? "" : " " + command) + "`.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static String message(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return failure.getMessage();
    }
    String found = unmatched.getUnmatched().get(0);
    String expected =
        unmatched.isUnknownOption()
            ? "an option"
            : failure.getCommandLine().getParent() == null ? "a command" : "no more arguments";
    List<String> near = unmatched.getSuggestions();
    return "expected "
        + expected
        + ", found '"
        + found
        + "'"
        + (near.isEmpty() ? "" : " (nearest: " + String.join(", ", near) + ")");
  }
}
