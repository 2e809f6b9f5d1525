package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws a part of a picture anew. */
@Command(
    name = "edit",
    description = {
      "Draw a part of a picture anew, where a mask is white; the rest keeps its tokens.",
      "A token is drawn anew when the mask touches its cell of the picture. Models that generate in a"
          + " fixed order see only what comes before; masked ones see all that is kept."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim edit digits-maskgit --image seven.png --mask right-half.png --label 7 -n 8",
      "  seriatim edit digits-ar --image three.png --mask lower-half.png --label 3,8 -o both.png"
    })
final class EditCommand extends SystemCommand {
  private static final int MOST = 10_000;

  @Parameters(
      paramLabel = "MODEL",
      description = "Name of the model; `seriatim models` lists them.")
  private String model;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      required = true,
      description = "The picture: PNG, JPEG, GIF or BMP; its middle, brought to the model's size.")
  private Path image;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      required = true,
      description = "A picture of the same size: white where it is drawn anew, black where not.")
  private Path mask;

  @Option(
      names = {"-l", "--label"},
      paramLabel = "NAME",
      description =
          "What to draw, by name; several are taken in turn (default: none, without a condition).")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = {"-n", "--samples"},
      paramLabel = "N",
      defaultValue = "0",
      description = "How many samples (default: one of each label given).")
  private int samples;

  @Mixin private RequestOptions options;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The picture of all samples (default: MODEL-edit.png).")
  private Path output;

  @Option(
      names = "--paste",
      description =
          "Show the picture's own pixels where the mask is black, not what its tokens decode to.")
  private boolean paste;

  @Mixin private GridOptions gridOptions;

  private Pictures.Source source;
  private Pictures.Source maskSource;
  private OutputFile file;

  @Override
  void check() {
    source = Pictures.read(image);
    maskSource = Pictures.read(mask);
    if (!source.size().equals(maskSource.size())) {
      throw new SeriatimException(
          mask
              + ": expected a mask of the picture's size, "
              + source.size()
              + ", found "
              + maskSource.size());
    }
    if (samples < 0 || samples > MOST) {
      throw new SeriatimException("-n: expected 1 to " + MOST + ", found " + samples);
    }
    gridOptions.check();
    file = OutputFile.at(output == null ? Path.of(model + "-edit.png") : output);
  }

  /** The picture in the model's size, where it is drawn anew, and the tokens that stay. */
  private record Begun(Images picture, EditMask mask, KnownTokens known, Canvas canvas) {}

  @Override
  int run(Seriatim seriatim) throws Exception {
    Generator generator = seriatim.generator(model);
    ConditionSpace space = generator.model().conditions();
    List<String> asked = labels.isEmpty() ? List.of("none") : labels;
    GenerationRequest request =
        options.apply(
            GenerationRequest.of(Labels.conditions(space, asked, samples)), generator.model());
    Begun begun = begin(seriatim, request.conditions().size());
    GenerationResult result = Drawing.draw(generator, request.withStart(begun.canvas()), err());
    Images images = ImageGrid.images(result.media());
    Images shown = paste ? pasted(images, begun) : images;
    ImageGrid grid = gridOptions.of(shown, 0);
    // A picture with pasted pixels is not what a replay would draw.
    String provenance =
        paste ? null : new Provenance(grid, null, result.manifest(), begun.known()).toJson();
    file.write(new PngFile(grid.draw(shown), provenance)::writeTo);
    report(result, begun);
    return ExitCode.OK;
  }

  private Begun begin(Seriatim seriatim, int count) throws Exception {
    try (PartLease<Tokenizer> lease = seriatim.tokenizer(model)) {
      return seriatim
          .engine()
          .call(
              () -> {
                try (Scope scope = seriatim.engine().scope("edit")) {
                  return begin(lease.part(), scope, count);
                }
              });
    }
  }

  private Begun begin(Tokenizer tokenizer, Scope scope, int count) {
    // What a blank canvas decodes to tells the size of the tokenizer's images.
    Canvas blank = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 1);
    Images like = ImageGrid.images(tokenizer.decode(blank, scope.manager()));
    EditMask white = new EditMask(maskSource.white(like.height(), like.width()));
    if (white.isEmpty()) {
      throw new SeriatimException(
          mask + ": expected white where the picture is drawn anew, found none");
    }
    Images picture = source.fit(like.channels(), like.height(), like.width());
    boolean[] redrawn = white.redrawn(tokenizer.layout(), model);
    KnownTokens known = KnownTokens.of(tokenizer.encode(picture, scope.manager()), redrawn);
    Canvas canvas = known.canvas(tokenizer.layout(), tokenizer.tokens(), count);
    return new Begun(picture, white, known, canvas);
  }

  private static Images pasted(Images images, Begun begun) {
    float[] pixels = images.pixels().clone();
    Images picture = begun.picture();
    for (int i = 0; i < pixels.length; i++) {
      int x = i % images.width();
      int y = i / images.width() % images.height();
      if (!begun.mask().at(y, images.height(), x, images.width())) {
        pixels[i] = picture.pixels()[i % picture.imageSize()];
      }
    }
    return new Images(images.samples(), images.channels(), images.height(), images.width(), pixels);
  }

  private void report(GenerationResult result, Begun begun) {
    int slots = begun.canvas().layout().slots();
    int kept = begun.known().slots().length;
    GenerationResult.Statistics statistics = result.statistics();
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("file", file.path().toString());
      document.put("keptSlots", begun.known().slots());
      document.put("slots", slots);
      document.put("manifest", result.manifest());
      document.put("statistics", statistics);
      out().println(Json.indented(document));
      return;
    }
    int count = result.media().samples();
    out()
        .printf(
            Locale.ROOT,
            "%s: %d of %d tokens drawn anew, %d %s of %s in %.2f s (%d steps)%n",
            file.path(),
            slots - kept,
            slots,
            count,
            count == 1 ? "sample" : "samples",
            model,
            statistics.seconds(),
            statistics.steps());
  }
}
