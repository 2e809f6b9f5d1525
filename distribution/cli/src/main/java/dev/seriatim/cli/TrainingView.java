package dev.seriatim.cli;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.media.Texts;
import dev.seriatim.api.training.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Shows a training run: a progress bar with the loss, {@code loss.png} now and then, and {@code
 * samples-STAGE-STEP.png} or {@code .txt}.
 */
final class TrainingView implements TrainingListener, AutoCloseable {
  private static final String BETWEEN_TEXTS = "\n\n――――\n\n";
  private static final Duration CHART_EVERY = Duration.ofSeconds(30);

  private final Path folder;
  private final PrintWriter err;
  private final LossHistory history = new LossHistory();
  private Progress progress;
  private long steps;
  private double smoothed = Double.NaN;
  private long lastChart = System.nanoTime();
  private volatile boolean cancelled;

  /**
   * @param folder of the run
   * @param err for progress
   */
  TrainingView(Path folder, PrintWriter err) {
    this.folder = folder;
    this.err = err;
  }

  /** Asks the run to end with a checkpoint. */
  void cancel() {
    cancelled = true;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onStage(String name, long all, long done) {
    endStage();
    history.begin(name, folder, done);
    steps = all;
    smoothed = Double.NaN;
    if (done < all) {
      progress = Progress.of(name, all, done, err);
    }
  }

  @Override
  public void onStep(
      String stage, long step, double loss, double learningRate, double gradientNorm) {
    history.loss(stage, step, loss);
    smoothed = Double.isNaN(smoothed) ? loss : smoothed + 0.02 * (loss - smoothed);
    progress.to(
        step,
        steps,
        String.format(
            Locale.ROOT, "loss %.4f, rate %.2e, norm %.2f", smoothed, learningRate, gradientNorm));
    if (System.nanoTime() - lastChart >= CHART_EVERY.toNanos()) {
      writeChart();
    }
  }

  @Override
  public void onMeasure(String stage, long step, String name, double value) {
    history.measure(stage, step, name, value);
  }

  @Override
  public void onSamples(String stage, long step, Media samples) {
    if (samples instanceof Images images && images.samples() > 0) {
      ImageGrid grid = ImageGrid.of(images, 0, 0);
      OutputFile.at(folder.resolve("samples-" + stage + "-" + step + ".png"))
          .write(new PngFile(grid.draw(images), null)::writeTo);
    } else if (samples instanceof Texts texts) {
      byte[] text = String.join(BETWEEN_TEXTS, texts.texts()).getBytes(StandardCharsets.UTF_8);
      OutputFile.at(folder.resolve("samples-" + stage + "-" + step + ".txt"))
          .write(out -> out.write(text));
    }
  }

  private void writeChart() {
    BufferedImage chart = LossChart.draw(history.stages());
    if (chart != null) {
      OutputFile.at(folder.resolve("loss.png")).write(new PngFile(chart, null)::writeTo);
    }
    lastChart = System.nanoTime();
  }

  private void endStage() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }

  /** Ends the progress bar and draws the losses a last time. */
  @Override
  public void close() {
    endStage();
    writeChart();
  }
}
