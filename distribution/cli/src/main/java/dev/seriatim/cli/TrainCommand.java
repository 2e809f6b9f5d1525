package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.Trainer;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a recipe describes. */
@Command(
    name = "train",
    description = {
      "Train a model as a recipe says.",
      "The folder of the run gets the checkpoints, losses.csv, loss.png, samples-STAGE-STEP.png (or .txt)"
          + " and at the end model/, which -m takes. Ctrl-C makes a checkpoint; --resume goes on from it as"
          + " if there had been no interruption."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim train recipe.json --data mnist --output runs/digits",
      "  seriatim train recipe.json --data mnist --output runs/digits --resume",
      "  seriatim train recipe.json --data book.txt",
      "  seriatim generate digits-ar -m runs/digits/model"
    })
final class TrainCommand extends SystemCommand {
  @Parameters(paramLabel = "RECIPE", description = "The recipe, a JSON file.")
  private Path recipe;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Folder of the data set, or a text (default: the recipe's own).")
  private Path data;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder of the run (default: runs/RECIPE).")
  private Path output;

  @Option(names = "--resume", description = "Go on from the checkpoint in the folder of the run.")
  private boolean resume;

  @Option(
      names = "--max-steps",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop, with a checkpoint, after so many steps in all (default: the recipe's).")
  private long maxSteps;

  @Override
  void check() {
    if (!Files.isRegularFile(recipe)) {
      throw new SeriatimException(recipe + ": expected a recipe, found no file");
    }
    if (data != null && !Files.exists(data)) {
      throw new SeriatimException("--data: expected a data set, found none at " + data);
    }
    if (maxSteps < 0) {
      throw new SeriatimException("--max-steps: expected at least 1, found " + maxSteps);
    }
    if (output == null) {
      String name = recipe.getFileName().toString();
      int dot = name.lastIndexOf('.');
      output = Path.of("runs", dot > 0 ? name.substring(0, dot) : name);
    }
  }

  @Override
  int run(Seriatim seriatim) {
    Path model;
    Trainer trainer = seriatim.trainer();
    TrainingView view = new TrainingView(output, err());
    try (view) {
      Interrupts.on(view::cancel);
      model = trainer.train(recipe, new Trainer.Options(data, output, resume, maxSteps), view);
    }
    report(model);
    return view.isCancelled() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private void report(Path model) {
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("recipe", recipe.toString());
      document.put("output", output.toString());
      document.put("finished", model != null);
      document.put("model", model == null ? null : model.toString());
      out().println(Json.indented(document));
    } else if (model != null) {
      out().println(model + ": trained; `seriatim models -m " + model + "` shows it");
    } else {
      String with = data == null ? "" : " --data " + data;
      out().println(output + ": stopped with a checkpoint; go on with");
      out().println("  seriatim train " + recipe + with + " --output " + output + " --resume");
    }
  }
}
