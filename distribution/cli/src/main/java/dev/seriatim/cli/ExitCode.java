package dev.seriatim.cli;

/** What the command line ends with. */
final class ExitCode {
  /** It went well. */
  static final int OK = 0;

  /** It failed; the reason is on standard error. */
  static final int FAILED = 1;

  /** The command line was not understood. */
  static final int USAGE = 2;

  /** What was drawn or computed again is not what it was. */
  static final int DIFFERENT = 3;

  /** The model lacks a part, or its weights were refused. */
  static final int NOT_WIRED = 4;

  /** Ended by Ctrl-C or a signal. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
