package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossHistoryTest {
  @TempDir Path folder;

  @Test
  void aResumedStageBeginsWithWhatIsInItsFiles() throws IOException {
    Files.writeString(
        folder.resolve("losses.csv"),
        """
        stage,step,loss,learning-rate,gradient-norm
        tokenizer,1,0.5,0.1,1
        generator,1,9,0.1,1
        generator,2,8,0.1,1
        generator,3,7,0.1,1
        generator,4,6""");
    Files.writeString(
        folder.resolve("measures.csv"), "stage,step,name,value\ngenerator,2,loss,8.5\n");
    LossHistory history = new LossHistory();
    history.begin("generator", folder, 2);
    history.loss("generator", 3, 7.5);
    LossHistory.Stage stage = history.stages().get("generator");
    assertThat(stage.losses())
        .containsExactly(
            new LossHistory.Point(1, 9),
            new LossHistory.Point(2, 8),
            new LossHistory.Point(3, 7.5));
    assertThat(stage.measures().get("loss")).containsExactly(new LossHistory.Point(2, 8.5));
  }

  @Test
  void aStageFromItsStartHasNothing() throws IOException {
    Files.writeString(folder.resolve("losses.csv"), "stage,step,loss\nt,1,2\n");
    LossHistory history = new LossHistory();
    history.begin("t", folder, 0);
    assertThat(history.stages().get("t").losses()).isEmpty();
    assertThat(LossChart.draw(history.stages())).isNull();
  }

  @Test
  void eachStageWithLossesHasAChart() {
    LossHistory history = new LossHistory();
    for (String stage : List.of("one", "two", "none")) {
      history.begin(stage, folder, 0);
    }
    for (int step = 1; step <= 20; step++) {
      history.loss("one", step, 100.0 / step);
      history.loss("two", step, 0);
    }
    history.measure("one", 20, "loss", 5);
    BufferedImage chart = LossChart.draw(history.stages());
    assertThat(chart.getHeight()).isEqualTo(2 * 420);
  }

  @Test
  void smoothingAveragesOverAWindow() {
    List<LossHistory.Point> smooth = LossChart.smooth(points(30));
    assertThat(smooth.get(0).value()).isEqualTo(1);
    assertThat(smooth.get(2).value()).isEqualTo(2);
    assertThat(smooth.get(29).value()).isEqualTo(25.5); // of 21 to 30
  }

  @Test
  void thinningKeepsTheLastPoint() {
    List<LossHistory.Point> thin = LossChart.thin(points(4000));
    assertThat(thin).hasSizeBetween(1000, 1500);
    assertThat(thin.get(thin.size() - 1).step()).isEqualTo(4000);
    assertThat(LossChart.thin(points(7))).hasSize(7);
  }

  private static List<LossHistory.Point> points(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(step -> new LossHistory.Point(step, step))
        .toList();
  }
}
