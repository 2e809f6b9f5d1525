package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Tokens;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws samples of a model into a picture, or writes texts. */
@Command(
    name = "generate",
    description = {
      "Draw samples of a model into a PNG picture, which also says how it was drawn.",
      "Of a model of texts, print a text as it is written, from its prompt on; several when they"
          + " are done.",
      "Of a model whose tokenizer is elsewhere, print the ids of each sample on a line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim generate digits-ar",
      "  seriatim generate digits-ar --label 7 -n 16 --seed 1 -o sevens.png",
      "  seriatim generate digits-ar --label 3,8 -n 8 --cfg 2 --top-k 50 --single",
      "  seriatim generate digits-ar --set cfg.schedule=cosine --json | jq .manifest.tokens",
      "  seriatim generate digits -m runs/digits --greedy",
      "  seriatim generate verse --prompt \"In the beginning\" --length 200 --temperature 0.8",
      "  seriatim generate verse --prompt-file start.txt -n 4 --seed 1 -o four.txt",
      "  echo \"And it came to pass\" | seriatim generate verse --prompt - --json",
      "  seriatim generate qwen -m qwen-0.5b --chat --prompt \"Why is the sky blue?\""
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
      description = "How many samples (default: one of each label or prompt).")
  private int samples;

  @Mixin private Prompts prompts;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Tokens of a text after its prompt, at most (default: "
              + Writing.LENGTH
              + ", or what the model's context has left).")
  private int length;

  @Mixin private RequestOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The picture (default: MODEL.png), or the file for texts (default: standard output).")
  private Path output;

  @Option(
      names = "--single",
      description = "Write each sample to a file of its own: FILE-000.png, FILE-001.png, …")
  private boolean single;

  @Mixin private GridOptions gridOptions;

  private List<String> given;
  private List<OutputFile> files;
  private int turn;

  @Override
  void check() {
    if (samples < 0 || samples > MOST) {
      throw new SeriatimException("-n: expected 1 to " + MOST + ", found " + samples);
    }
    if (length < 0) {
      throw new SeriatimException("--length: expected at least 1, found " + length);
    }
    gridOptions.check();
    if (output != null) {
      // An unwritable place is refused before anything is drawn.
      OutputFile.at(single ? numbered(0) : output);
    }
    given = prompts.read();
    if (!given.isEmpty() && !labels.isEmpty()) {
      throw new SeriatimException("--prompt: expected no --label beside it, found " + labels);
    }
  }

  @Override
  int run(Seriatim seriatim) throws InterruptedException {
    Generator generator = seriatim.generator(model);
    ConditionSpace space = generator.model().conditions();
    if (!given.isEmpty() && !space.text()) {
      throw new SeriatimException(
          "--prompt: expected a model that takes texts, found "
              + model
              + ", which takes "
              + (space.labels().isEmpty() ? "none" : "labels"));
    }
    try (PartLease<Tokenizer> lease = seriatim.tokenizer(model)) {
      if (lease.part() instanceof TextTokenizer tokenizer) {
        write(generator, tokenizer);
      } else {
        draw(generator, space);
      }
    }
    return ExitCode.OK;
  }

  /** Texts. */
  private void write(Generator generator, TextTokenizer tokenizer) throws InterruptedException {
    Labels.conditions(generator.model().conditions(), labels, 0); // refuses labels
    List<Condition> asked = given.stream().map(prompts::condition).toList();
    GenerationRequest plain = Writing.request(tokenizer, asked, samples, length);
    GenerationRequest request = options.apply(plain, generator.model());
    Writing writing = new Writing(generator, tokenizer, request.conditions(), out(), err());
    boolean toFiles = output != null || single;
    output = output == null ? Path.of(model + ".txt") : output;
    files = toFiles ? outputs(request.conditions().size()) : List.of();
    boolean streams = !json() && !toFiles && request.conditions().size() == 1;
    GenerationResult result = streams ? writing.stream(request) : writing.write(request);
    TextOutput texts = new TextOutput(writing.texts(result), request.firstSample());
    if (toFiles) {
      texts.write(files);
    } else if (!json() && !streams) {
      texts.print(out());
    }
    if (json()) {
      Map<String, Object> document = document(result);
      document.put("texts", writing.texts(result));
      out().println(Json.indented(document));
    } else {
      err().println(writing.summary(result));
    }
  }

  /** Pictures, or ids. */
  private void draw(Generator generator, ConditionSpace space) throws InterruptedException {
    List<Condition> conditions = conditions(space);
    GenerationRequest request =
        options.apply(GenerationRequest.of(conditions).withLength(length), generator.model());
    output = output == null ? Path.of(model + ".png") : output;
    files = outputs(conditions.size());
    GenerationResult result = Drawing.draw(generator, request, err());
    write(result);
    report(result);
  }

  private List<Condition> conditions(ConditionSpace space) {
    if (given.isEmpty()) {
      turn = Labels.conditions(space, labels, 0).size();
      return Labels.conditions(space, labels, samples);
    }
    turn = given.size();
    int count = samples == 0 ? turn : samples;
    return IntStream.range(0, count).mapToObj(i -> prompts.condition(given.get(i % turn))).toList();
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
      Map<String, Object> document = document(result);
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

  private Map<String, Object> document(GenerationResult result) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("files", files.stream().map(file -> file.path().toString()).toList());
    document.put("manifest", result.manifest());
    document.put("statistics", result.statistics());
    return document;
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
