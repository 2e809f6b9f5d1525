package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Tokens;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws samples of a model into a picture. */
@Command(
    name = "generate",
    description = {
      "Draw samples of a model into a PNG picture, which also says how it was drawn.",
      "Of a model whose tokenizer is elsewhere, print the ids of each sample on a line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim generate digits-ar",
      "  seriatim generate digits-ar --label 7 -n 16 --seed 1 -o sevens.png",
      "  seriatim generate digits-ar --label 3,8 -n 8 --cfg 2 --top-k 50 --single",
      "  seriatim generate digits-ar --set cfg.schedule=cosine --json | jq .manifest.tokens",
      "  seriatim generate digits -m runs/digits --greedy"
    })
final class GenerateCommand extends SystemCommand {
  private static final int MOST = 100_000;
  private static final int WIDEST = 20;

  @Parameters(
      paramLabel = "MODEL",
      description = "Name of the model; `seriatim models` lists them.")
  private String model;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME",
      description =
          "What to draw, by name; several by commas or by repeating the option are taken in turn"
              + " (default: each label of the model). none: without a condition.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = {"-n", "--samples"},
      paramLabel = "N",
      defaultValue = "0",
      description = "How many samples (default: one of each label).")
  private int samples;

  @Mixin private RequestOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The picture (default: MODEL.png).")
  private Path output;

  @Option(
      names = "--single",
      description = "Write each sample to a file of its own: FILE-000.png, FILE-001.png, …")
  private boolean single;

  @Mixin private GridOptions gridOptions;

  private List<OutputFile> files;
  private int turn;

  @Override
  void check() {
    if (samples < 0 || samples > MOST) {
      throw new SeriatimException("-n: expected 1 to " + MOST + ", found " + samples);
    }
    gridOptions.check();
    if (output == null) {
      output = Path.of(model + ".png");
    }
    // An unwritable place is refused before anything is drawn.
    OutputFile.at(single ? numbered(0) : output);
  }

  @Override
  int run(Seriatim seriatim) throws InterruptedException {
    Generator generator = seriatim.generator(model);
    ConditionSpace space = generator.model().conditions();
    turn = Labels.conditions(space, labels, 0).size();
    GenerationRequest request =
        options.apply(
            GenerationRequest.of(Labels.conditions(space, labels, samples)), generator.model());
    files = outputs(request.conditions().size());
    GenerationResult result = Drawing.draw(generator, request, err());
    write(result);
    report(result);
    return ExitCode.OK;
  }

  private List<OutputFile> outputs(int count) {
    List<OutputFile> outputs = new ArrayList<>();
    for (int i = 0; i < (single ? count : 1); i++) {
      outputs.add(OutputFile.at(single ? numbered(i) : output));
    }
    return outputs;
  }

  private Path numbered(int sample) {
    String name = output.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String end = dot > 0 ? name.substring(dot) : ".png";
    return output.resolveSibling(String.format(Locale.ROOT, "%s-%03d%s", stem, sample, end));
  }

  private void write(GenerationResult result) {
    if (result.media() instanceof Tokens) {
      files = List.of(); // ids are printed, see report
      return;
    }
    Images images = ImageGrid.images(result.media());
    for (int i = 0; i < files.size(); i++) {
      Images shown = single ? images.range(i, i + 1) : images;
      ImageGrid grid = gridOptions.of(shown, aligned(shown));
      Provenance provenance = new Provenance(grid, single ? i : null, result.manifest(), null);
      files.get(i).write(new PngFile(grid.draw(shown), provenance.toJson())::writeTo);
    }
  }

  /** A row for each turn of the labels, so that each has its column, where there are several. */
  private int aligned(Images images) {
    return turn > 1 && images.samples() > turn && images.samples() % turn == 0 && turn <= WIDEST
        ? turn
        : 0;
  }

  private void report(GenerationResult result) {
    GenerationResult.Statistics statistics = result.statistics();
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("files", files.stream().map(file -> file.path().toString()).toList());
      document.put("manifest", result.manifest());
      document.put("statistics", statistics);
      if (result.media() instanceof Tokens tokens) {
        document.put("tokens", tokens);
      }
      out().println(Json.indented(document));
      return;
    }
    if (result.media() instanceof Tokens tokens) {
      print(tokens);
      return;
    }
    int count = result.media().samples();
    out()
        .printf(
            Locale.ROOT,
            "%s: %d %s of %s in %.2f s (%d steps)%n",
            files.size() == 1
                ? files.get(0).path()
                : files.get(0).path() + " … " + files.get(files.size() - 1).path().getFileName(),
            count,
            count == 1 ? "sample" : "samples",
            model,
            statistics.seconds(),
            statistics.steps());
  }

  /** A line of ids for each sample. */
  private void print(Tokens tokens) {
    int numbers = tokens.slots() * tokens.codebooks();
    for (int i = 0; i < tokens.samples(); i++) {
      out()
          .println(
              Arrays.stream(tokens.ids(), i * numbers, (i + 1) * numbers)
                  .mapToObj(String::valueOf)
                  .collect(Collectors.joining(" ")));
    }
  }
}
