package dev.seriatim.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the shell's completion script. */
@Command(
    name = "completion",
    description = "Write a completion script for bash and zsh to standard output.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(seriatim completion)",
      "  seriatim completion > ~/.local/share/bash-completion/completions/seriatim"
    })
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Override
  public void run() {
    CommandLine root = spec.root().commandLine();
    spec.commandLine().getOut().print(AutoComplete.bash(root.getCommandName(), root));
    spec.commandLine().getOut().flush();
  }
}
