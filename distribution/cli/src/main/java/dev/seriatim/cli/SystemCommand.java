package dev.seriatim.cli;

import dev.seriatim.launcher.Seriatim;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that starts the system, does its work and stops it. */
abstract class SystemCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SystemOptions system;

  @Option(names = "--json", description = "Write a JSON document to standard output.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** Refuses what can be refused before anything is started. */
  void check() {}

  /**
   * Does the work.
   *
   * @return the exit code
   */
  abstract int run(Seriatim seriatim) throws Exception;

  @Override
  public final Integer call() throws Exception {
    check();
    try (Seriatim seriatim = system.start(err())) {
      return run(seriatim);
    }
  }

  final CommandSpec spec() {
    return spec;
  }

  final boolean json() {
    return json;
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
