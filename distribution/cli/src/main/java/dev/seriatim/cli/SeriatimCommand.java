package dev.seriatim.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command of which all others are part. */
@Command(
    name = "seriatim",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    description = "Autoregressive generation, one token after the other.",
    subcommands = {
      GenerateCommand.class,
      EditCommand.class,
      ForecastCommand.class,
      ReplayCommand.class,
      TokenizeCommand.class,
      ModelsCommand.class,
      PartsCommand.class,
      WhyCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ImportCommand.class,
      VerifyCommand.class,
      FamiliesCommand.class,
      CompletionCommand.class,
      WarmUpCommand.class,
      HelpCommand.class
    },
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it went well",
      "1:it failed; the reason is on standard error",
      "2:the command line was not understood",
      "3:replay, verify: what came out is not what it was",
      "4:the model lacks a part, or its weights were refused",
      "130:ended by Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim generate digits-ar --label 7 -n 16 --seed 1 -o sevens.png",
      "  seriatim replay sevens.png",
      "  seriatim why digits-ar",
      "  seriatim help generate"
    })
final class SeriatimCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected a command, found none; `seriatim help` lists them");
  }
}
