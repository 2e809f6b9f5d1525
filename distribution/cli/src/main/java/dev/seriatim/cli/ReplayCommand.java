package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Manifest;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.launcher.Seriatim;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Draws a picture again and compares. */
@Command(
    name = "replay",
    description = {
      "Draw a picture again from what it says of itself, and compare.",
      "The tokens must be equal, and each pixel within one level of 255. The exit code is 0 when it"
          + " came out the same, and 3 when it did not."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  seriatim replay sevens.png", "  seriatim replay sevens.png --json"})
final class ReplayCommand extends SystemCommand {
  private static final int TOLERANCE = 1;

  @Parameters(
      paramLabel = "FILE",
      description = "A PNG picture that `seriatim generate` or `edit` wrote.")
  private Path file;

  private PngFile png;
  private Provenance provenance;

  @Override
  void check() {
    png = PngFile.read(file);
    provenance = Provenance.of(png, file);
  }

  @Override
  int run(Seriatim seriatim) throws Exception {
    Manifest before = provenance.manifest();
    Generator generator = seriatim.generator(before.model());
    GenerationRequest request = Replays.request(before, generator.model());
    if (provenance.start() != null) {
      request = request.withStart(start(seriatim, before, request.conditions().size()));
    }
    GenerationResult result = Drawing.draw(generator, request, err());
    List<String> changes = Replays.changes(before, result.manifest());
    boolean tokens = before.tokens().equals(result.manifest().tokens());
    int pixels = difference(ImageGrid.images(result.media()));
    boolean same = tokens && pixels <= TOLERANCE;
    report(same, tokens, pixels, changes);
    return same ? ExitCode.OK : ExitCode.DIFFERENT;
  }

  /** The canvas that an edited picture began with. */
  private Canvas start(Seriatim seriatim, Manifest manifest, int samples) throws Exception {
    try (PartLease<Tokenizer> lease = seriatim.tokenizer(manifest.model())) {
      return seriatim.engine().call(() -> start(lease.part(), samples));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new SeriatimException(
          file + ": manifest: start: expected tokens of " + manifest.model() + ", " + e, e);
    }
  }

  private Canvas start(Tokenizer tokenizer, int samples) {
    return provenance.start().canvas(tokenizer.layout(), tokenizer.tokens(), samples);
  }

  /** Largest difference of a pixel, in levels of 255. */
  private int difference(Images images) {
    Images shown =
        provenance.sample() == null
            ? images
            : images.range(provenance.sample(), provenance.sample() + 1);
    return difference(png.picture(), provenance.grid().draw(shown));
  }

  private static int difference(BufferedImage before, BufferedImage now) {
    if (before.getWidth() != now.getWidth()
        || before.getHeight() != now.getHeight()
        || before.getRaster().getNumBands() != now.getRaster().getNumBands()) {
      throw new SeriatimException(
          "picture: expected "
              + now.getWidth()
              + "×"
              + now.getHeight()
              + " pixels as its manifest says, found "
              + before.getWidth()
              + "×"
              + before.getHeight());
    }
    int width = before.getWidth() * before.getRaster().getNumBands();
    int most = 0;
    for (int y = 0; y < before.getHeight(); y++) {
      int[] a = before.getRaster().getPixels(0, y, before.getWidth(), 1, (int[]) null);
      int[] b = now.getRaster().getPixels(0, y, before.getWidth(), 1, (int[]) null);
      for (int i = 0; i < width; i++) {
        most = Math.max(most, Math.abs(a[i] - b[i]));
      }
    }
    return most;
  }

  private void report(boolean same, boolean tokens, int pixels, List<String> changes) {
    if (json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("file", file.toString());
      document.put("same", same);
      document.put("tokensEqual", tokens);
      document.put("largestPixelDifference", pixels);
      document.put("changes", changes);
      out().println(Json.indented(document));
      return;
    }
    changes.forEach(change -> err().println("seriatim: changed since: " + change));
    List<String> found = new ArrayList<>();
    found.add(tokens ? "tokens equal" : "tokens differ");
    found.add(pixels == 0 ? "pixels equal" : "pixels differ by up to " + pixels + " of 255");
    out().println(file + ": " + (same ? "same" : "different") + ": " + String.join(", ", found));
  }
}
