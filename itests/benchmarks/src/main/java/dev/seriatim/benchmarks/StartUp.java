package dev.seriatim.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whole commands as processes, from the shell to the exit code. */
final class StartUp {
  private static final int ROUNDS = 7;

  private StartUp() {}

  static void measure() throws IOException, InterruptedException {
    System.out.println("## Whole commands, warm");
    System.out.println();
    System.out.println("| command | seconds |");
    System.out.println("|---|---|");
    Path picture = Files.createTempFile("seriatim-benchmark", ".png");
    try {
      time("models");
      time("generate", "digits-ar", "--label", "7", "-n", "1", "-o", picture.toString());
      time("generate", "digits-ar", "--label", "7", "-n", "16", "-o", picture.toString());
    } finally {
      Files.deleteIfExists(picture);
    }
    System.out.println();
  }

  private static void time(String... arguments) throws IOException, InterruptedException {
    File root = new File(System.getProperty("seriatim.root"));
    List<String> command = new ArrayList<>();
    command.add(new File(root, "seriatim").getPath());
    command.addAll(List.of(arguments));
    double[] seconds = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) { // the first round warms up
      long start = System.nanoTime();
      int exit =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IOException(command + ": expected exit code 0, found " + exit);
      }
      if (round >= 0) {
        seconds[round] = (System.nanoTime() - start) * 1e-9;
      }
    }
    List<String> shown = new ArrayList<>(List.of(arguments));
    int output = shown.indexOf("-o");
    if (output >= 0) {
      shown = shown.subList(0, output);
    }
    System.out.printf("| `%s` | %.2f |%n", String.join(" ", shown), Median.of(seconds));
  }
}
