package dev.seriatim.cli;

import dev.seriatim.api.generation.Manifest;
import dev.seriatim.api.media.Images;
import dev.seriatim.launcher.Seriatim;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Loads the classes that drawing needs, for the JVM to remember where they lie in memory. */
@Command(name = "warm-up", hidden = true, description = "Load the classes that drawing needs.")
final class WarmUpCommand extends SystemCommand {
  @Override
  int run(Seriatim seriatim) throws IOException {
    String engine = seriatim.engine().description();
    seriatim.models().models();
    Images images = new Images(1, 1, 1, 1, new float[1]);
    ImageGrid grid = ImageGrid.of(images, 0, 0);
    Manifest manifest =
        new Manifest("", "", List.of(), Map.of(), engine, List.of(), 0, 0, false, "");
    Provenance provenance = new Provenance(grid, null, manifest, null);
    new PngFile(grid.draw(images), provenance.toJson()).writeTo(new ByteArrayOutputStream());
    try (Progress progress = Progress.of("warm-up", 1, 0, err())) {
      progress.to(1, 1, "");
    }
    return ExitCode.OK;
  }
}
