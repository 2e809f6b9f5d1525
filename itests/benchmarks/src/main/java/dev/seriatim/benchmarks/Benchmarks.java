package dev.seriatim.benchmarks;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.engine.pytorch.internal.PyTorchEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Runs the benchmarks that are named on the command line, or all of them. */
public final class Benchmarks {
  private Benchmarks() {}

  /**
   * @param args any of {@code decode}, {@code digits}, {@code start}, {@code images}; after {@code
   *     images}, names of systems, for these alone, {@code matrix} and {@code text}; the last two,
   *     which take long, only when they are named, and draw docs/images/matrix.png and text.png
   */
  public static void main(String[] args) throws Exception {
    Set<String> chosen =
        args.length == 0 ? Set.of("decode", "digits", "start", "images") : Set.of(args);
    System.out.printf(
        "JDK %s, %d processors%n%n", Runtime.version(), Runtime.getRuntime().availableProcessors());
    if (chosen.contains("decode")) {
      try (PyTorchEngine engine = new PyTorchEngine()) {
        decode(engine);
      }
    }
    if (chosen.contains("digits")) {
      Digits.measure();
    }
    if (chosen.contains("start")) {
      StartUp.measure();
    }
    if (chosen.contains("images")) {
      List<String> words = List.of(args);
      ImageSystems.measure(
          words.contains("images")
              ? words.subList(words.indexOf("images") + 1, words.size())
              : words);
    }
    if (chosen.contains("matrix")) {
      Matrix.measure(Path.of(System.getProperty("seriatim.root"), "docs/images/matrix.png"));
    }
    if (chosen.contains("text")) {
      TextSchedulers.measure(Path.of(System.getProperty("seriatim.root"), "docs/images/text.png"));
    }
  }

  private static void decode(Engine engine) throws Exception {
    System.out.println("## A decode step: one kernel, and the same network as DJL calls");
    System.out.println();
    double bandwidth = Bandwidth.measure(engine);
    System.out.printf("Streaming read by libtorch's sum: %.1f GB/s%n%n", bandwidth / 1e9);
    System.out.println(
        "| layers × width | batch | kernel, ms | DJL calls, ms | ratio | weights read at | of the bandwidth |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (DecodeStep.Size size :
        List.of(
            new DecodeStep.Size(4, 4, 128), // digits-ar
            new DecodeStep.Size(6, 6, 384),
            new DecodeStep.Size(12, 12, 768))) {
      for (int batch : new int[] {1, 8}) {
        DecodeStep.Result result = new DecodeStep(engine, size, batch).measure();
        double rate = result.weightBytes() / result.kernelSeconds();
        System.out.printf(
            "| %d × %d | %d | %.2f | %.2f | %.2f | %.1f GB/s | %.0f %% |%n",
            size.layers(),
            size.width(),
            batch,
            result.kernelSeconds() * 1e3,
            result.callsSeconds() * 1e3,
            result.callsSeconds() / result.kernelSeconds(),
            rate / 1e9,
            100 * rate / bandwidth);
      }
    }
    System.out.println();
  }
}
