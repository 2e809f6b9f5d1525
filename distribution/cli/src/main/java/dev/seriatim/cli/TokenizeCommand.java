package dev.seriatim.cli;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A picture to tokens and back. */
@Command(
    name = "tokenize",
    description = {
      "Turn a picture into a model's tokens and back: prints the ids, and writes the picture as the"
          + " tokenizer sees it beside the one that the tokens give.",
      "The picture is brought to the tokenizer's size, and to grey where it works in grey."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  seriatim tokenize digits-ar seven.png",
      "  seriatim tokenize digits-ar seven.png -o both.png --json"
    })
final class TokenizeCommand extends SystemCommand {
  @Parameters(paramLabel = "MODEL", description = "Name of the model.")
  private String model;

  @Parameters(paramLabel = "IMAGE", description = "A picture: PNG, JPEG, GIF or BMP.")
  private Path image;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The two pictures side by side (default: IMAGE-tokens.png, here).")
  private Path output;

  @Option(
      names = "--scale",
      paramLabel = "N",
      defaultValue = "0",
      description = "Enlarge each pixel to N×N (default: small images to about 112 pixels).")
  private int scale;

  private Pictures.Source source;
  private OutputFile file;

  @Override
  void check() {
    source = Pictures.read(image);
    if (output == null) {
      String name = image.getFileName().toString();
      int dot = name.lastIndexOf('.');
      output = Path.of((dot > 0 ? name.substring(0, dot) : name) + "-tokens.png");
    }
    file = OutputFile.at(output);
  }

  private record Tokens(Images before, Canvas canvas, Images after, double squaredError) {}

  @Override
  int run(Seriatim seriatim) throws Exception {
    Tokens tokens;
    try (PartLease<Tokenizer> lease = seriatim.tokenizer(model)) {
      tokens =
          seriatim
              .engine()
              .call(
                  () -> {
                    try (Scope scope = seriatim.engine().scope("tokenize")) {
                      return tokenize(lease.part(), scope);
                    }
                  });
    }
    Images both = Pictures.sideBySide(tokens.before(), tokens.after());
    file.write(new PngFile(ImageGrid.of(both, 2, scale).draw(both), null)::writeTo);
    report(tokens);
    return ExitCode.OK;
  }

  private Tokens tokenize(Tokenizer tokenizer, Scope scope) {
    // What a blank canvas decodes to tells the size of the tokenizer's images.
    Canvas blank = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 1);
    Images like = ImageGrid.images(tokenizer.decode(blank, scope.manager()));
    Images before = source.fit(like.channels(), like.height(), like.width());
    Canvas canvas = tokenizer.encode(before, scope.manager());
    Images after = ImageGrid.images(tokenizer.decode(canvas, scope.manager()));
    return new Tokens(before, canvas, after, squaredError(before, after));
  }

  private static double squaredError(Images before, Images after) {
    return IntStream.range(0, before.pixels().length)
        .mapToDouble(i -> before.pixels()[i] - after.pixels()[i])
        .map(difference -> difference * difference)
        .average()
        .orElse(0);
  }

  private void report(Tokens tokens) {
    Canvas canvas = tokens.canvas();
    Layout layout = canvas.layout();
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("model", model);
      document.put("image", image.toString());
      document.put("file", output.toString());
      document.put("layout", layout);
      document.put("tokens", canvas.tokenSpace());
      if (canvas.tokenSpace() instanceof TokenSpace.Discrete) {
        document.put("ids", canvas.ids());
      } else {
        document.put("vectors", canvas.vectors());
      }
      document.put("meanSquaredError", tokens.squaredError());
      out().println(Json.indented(document));
      return;
    }
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete discrete) {
      rows(layout).forEach(row -> out().println(ids(canvas, row, discrete)));
    }
    out()
        .printf(
            Locale.ROOT,
            "%s: %d tokens, mean squared error %.5f%n",
            output,
            layout.slots(),
            tokens.squaredError());
  }

  /** Slots, line by line as they are printed. */
  private static List<int[]> rows(Layout layout) {
    int inRow = layout instanceof Grid grid ? grid.columns() : layout.slots();
    return IntStream.range(0, layout.slots() / inRow)
        .mapToObj(row -> IntStream.range(row * inRow, (row + 1) * inRow).toArray())
        .toList();
  }

  private static String ids(Canvas canvas, int[] slots, TokenSpace.Discrete discrete) {
    int digits = String.valueOf(discrete.vocabulary() - 1).length();
    return Arrays.stream(slots)
        .mapToObj(
            slot ->
                IntStream.range(0, discrete.codebooks())
                    .mapToObj(code -> String.valueOf(canvas.id(0, slot, code)))
                    .map(id -> " ".repeat(Math.max(0, digits - id.length())) + id)
                    .collect(Collectors.joining(",")))
        .collect(Collectors.joining(" "));
  }
}
