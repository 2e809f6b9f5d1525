package dev.seriatim.itests;

import dev.seriatim.api.training.Trainer;
import dev.seriatim.api.training.TrainingListener;
import dev.seriatim.launcher.Seriatim;
import java.nio.file.Path;

/**
 * A training run that at a step either waits to be killed, or goes on while the JVM is ended.
 * Arguments: bundles, recipe, output, whether to resume, stage, step, whether to end the JVM.
 */
final class TrainingProcess {
  /** Printed when the step is reached. */
  static final String REACHED = "reached";

  /** What the JVM is ended with. */
  static final int EXIT_CODE = 7;

  private TrainingProcess() {}

  /** Runs. */
  public static void main(String[] arguments) {
    try (Seriatim seriatim = Seriatim.builder().bundles(Path.of(arguments[0])).threads(1).start()) {
      seriatim
          .trainer()
          .train(
              Path.of(arguments[1]),
              new Trainer.Options(
                  null, Path.of(arguments[2]), Boolean.parseBoolean(arguments[3]), 0),
              new StopAt(
                  arguments[4], Long.parseLong(arguments[5]), Boolean.parseBoolean(arguments[6])));
    }
  }

  private record StopAt(String stage, long step, boolean exit) implements TrainingListener {
    @Override
    public void onStep(
        String name, long now, double loss, double learningRate, double gradientNorm) {
      if (name.equals(stage) && now == step) {
        System.out.println(REACHED);
        System.out.flush();
        if (exit) {
          new Thread(() -> System.exit(EXIT_CODE)).start();
        } else {
          waitForTheEnd();
        }
      }
    }
  }

  private static void waitForTheEnd() {
    Object nobody = new Object();
    synchronized (nobody) {
      while (true) {
        try {
          nobody.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
