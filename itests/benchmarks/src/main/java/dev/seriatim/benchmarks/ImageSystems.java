package dev.seriatim.benchmarks;

import dev.seriatim.launcher.Seriatim;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Published image systems at middle sizes with random weights, in the whole loop, beside the same
 * maths in plain PyTorch ({@code reference/}, run by the Python of the environment variable {@code
 * PYTHON}, by default {@code python3}). The two alternate.
 */
final class ImageSystems {
  /** Timed runs of each side; {@code -Dseriatim.rounds=N} for another number. */
  private static final int ROUNDS = Integer.getInteger("seriatim.rounds", 3);

  /**
   * A system.
   *
   * @param name of its descriptor in {@code systems/}
   * @param reference script and what it is given after batch and number of runs
   * @param decode whether the decoder counts, as it does in the reference
   * @param batches to measure
   */
  private record ImageSystem(String name, List<String> reference, boolean decode, int... batches) {}

  private static final List<ImageSystem> SYSTEMS =
      List.of(
          new ImageSystem("var-d8", List.of("var.py"), true, 1, 8),
          new ImageSystem("llamagen-b", List.of("llamagen.py"), false, 1, 8),
          new ImageSystem("mar-b-8-8", List.of("mar.py", "16"), false, 1),
          new ImageSystem("mar-b-8-8-short", List.of("mar.py", "4", "10"), false, 1, 8),
          new ImageSystem("flowar-6-6", List.of("flowar.py"), false, 1, 8),
          new ImageSystem("maskgit-b", List.of("maskgit.py"), false, 1, 8),
          new ImageSystem("titok-b64", List.of("maskgit.py", "64", "4096", "8"), false, 1, 8),
          new ImageSystem("rar-b", List.of("rar.py"), false, 1, 8),
          new ImageSystem("nar-b", List.of("nar.py"), false, 1, 8));

  private ImageSystems() {}

  /**
   * @param names of the systems to measure; empty for all
   */
  static void measure(List<String> names) throws Exception {
    Path here = Path.of(System.getProperty("seriatim.root"), "itests", "benchmarks");
    Path home = Path.of(System.getProperty("seriatim.home"));
    System.out.println("## Image systems beside plain PyTorch");
    System.out.println();
    System.out.println(
        "| system | parameters | batch | here, s | PyTorch, s | ratio | images/s here |");
    System.out.println("|---|---|---|---|---|---|---|");
    try (Seriatim seriatim = Seriatim.builder().bundles(home.resolve("bundles")).start()) {
      for (ImageSystem system : SYSTEMS) {
        if (!names.isEmpty() && !names.contains(system.name())) {
          continue;
        }
        Path descriptor = here.resolve("systems").resolve(system.name() + ".json");
        try (RandomModel model = RandomModel.of(seriatim, descriptor)) {
          for (int batch : system.batches()) {
            row(system, model, batch, here.resolve("reference"));
          }
        }
      }
    }
    System.out.println();
  }

  private static void row(ImageSystem system, RandomModel model, int batch, Path scripts)
      throws Exception {
    model.draw(batch, 0, system.decode()); // warms up; so does the script by itself
    double[] ours = new double[ROUNDS];
    double[] theirs = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      ours[round] = model.draw(batch, round + 1, system.decode());
      theirs[round] = reference(system, batch, scripts);
    }
    boolean compared = !Double.isNaN(theirs[0]);
    System.out.printf(
        "| %s | %.0f M | %d | %.2f | %s | %s | %.3f |%n",
        system.name(),
        model.parameters() * 1e-6,
        batch,
        Median.of(ours),
        compared ? "%.2f".formatted(Median.of(theirs)) : "–",
        compared ? "%.2f".formatted(Median.of(theirs) / Median.of(ours)) : "–",
        batch / Median.of(ours));
  }

  /** Seconds of one run of the reference after a first one; NaN when there is no PyTorch. */
  private static double reference(ImageSystem system, int batch, Path scripts)
      throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    List<String> command = new ArrayList<>(List.of(python));
    command.add(scripts.resolve(system.reference().get(0)).toString());
    command.add(Integer.toString(batch));
    command.add("1");
    command.addAll(system.reference().subList(1, system.reference().size()));
    Path errors = Files.createTempFile("reference", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      String line;
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        line = out.readLine();
      }
      if (process.waitFor() != 0 || line == null) {
        System.err.println(String.join(" ", command) + ": " + Files.readString(errors).strip());
        return Double.NaN;
      }
      return Double.parseDouble(line);
    } finally {
      Files.delete(errors);
    }
  }
}
