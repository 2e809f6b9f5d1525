package dev.seriatim.cli;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.part.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A picture as tokens.
 *
 * @param before as the tokenizer sees it
 * @param canvas its tokens
 * @param after as the tokens give it
 * @param squaredError mean over pixels and channels
 */
record TokenizedPicture(Images before, Canvas canvas, Images after, double squaredError) {
  /** A picture's tokens. */
  static TokenizedPicture of(Engine engine, Tokenizer tokenizer, Pictures.Source picture)
      throws Exception {
    return engine.call(
        () -> {
          try (Scope scope = engine.scope("tokenize")) {
            return of(tokenizer, picture, scope);
          }
        });
  }

  private static TokenizedPicture of(Tokenizer tokenizer, Pictures.Source picture, Scope scope) {
    // What a blank canvas decodes to tells the size of the tokenizer's images.
    Canvas blank = Canvas.blank(tokenizer.layout(), tokenizer.tokens(), 1);
    Images like = ImageGrid.images(tokenizer.decode(blank, scope.manager()));
    Images before = picture.fit(like.channels(), like.height(), like.width());
    Canvas canvas = tokenizer.encode(before, scope.manager());
    Images after = ImageGrid.images(tokenizer.decode(canvas, scope.manager()));
    return new TokenizedPicture(before, canvas, after, squaredError(before, after));
  }

  private static double squaredError(Images before, Images after) {
    return IntStream.range(0, before.pixels().length)
        .mapToDouble(i -> before.pixels()[i] - after.pixels()[i])
        .map(difference -> difference * difference)
        .average()
        .orElse(0);
  }

  /** Writes the two side by side. */
  void write(OutputFile file, int scale) {
    Images both = Pictures.sideBySide(before, after);
    file.write(new PngFile(ImageGrid.of(both, 2, scale).draw(both), null)::writeTo);
  }

  /** The ids, row by row, and one line for all. */
  void print(PrintWriter out, Path file) {
    Layout layout = canvas.layout();
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete discrete) {
      rows(layout).forEach(row -> out.println(ids(row, discrete)));
    }
    out.printf(
        Locale.ROOT,
        "%s: %d tokens, mean squared error %.5f%n",
        file,
        layout.slots(),
        squaredError);
  }

  /** All of it as JSON has it. */
  Map<String, Object> document(String model, Path image, Path file) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("image", image.toString());
    document.put("file", file.toString());
    document.put("layout", canvas.layout());
    document.put("tokens", canvas.tokenSpace());
    if (canvas.tokenSpace() instanceof TokenSpace.Discrete) {
      document.put("ids", canvas.ids());
    } else {
      document.put("vectors", canvas.vectors());
    }
    document.put("meanSquaredError", squaredError);
    return document;
  }

  /** Slots, line by line as they are printed. */
  private static List<int[]> rows(Layout layout) {
    int inRow = layout instanceof Grid grid ? grid.columns() : layout.slots();
    return IntStream.range(0, layout.slots() / inRow)
        .mapToObj(row -> IntStream.range(row * inRow, (row + 1) * inRow).toArray())
        .toList();
  }

  private String ids(int[] slots, TokenSpace.Discrete discrete) {
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
