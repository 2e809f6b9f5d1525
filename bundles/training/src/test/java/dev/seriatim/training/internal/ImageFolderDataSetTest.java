package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.training.ImageDataSet;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderDataSetTest {
  @TempDir Path folder;

  @Test
  void takesLabelsFromSubFolders() throws IOException {
    write("cat/1.png", 20, 10, Color.RED);
    write("ant/1.png", 10, 20, Color.BLUE);
    write("ant/2.png", 8, 8, Color.GREEN);
    ImageDataSet data = open(Map.of("size", 4, "held-out", 0));
    assertThat(data.labels()).containsExactly("ant", "cat");
    assertThat(data.train().labels(0, 1, 2)).containsExactly(0, 0, 1);
    assertThat(data.test().size()).isZero();
    Images images = data.train().images(0, 1, 2);
    assertThat(List.of(images.pixel(0, 0, 2, 2), images.pixel(0, 2, 2, 2))).containsExactly(0f, 1f);
    assertThat(images.pixel(1, 1, 0, 0)).isEqualTo(1f);
    assertThat(images.pixel(2, 0, 3, 3)).isEqualTo(1f);
  }

  @Test
  void bringsLargeImagesToSizeInGreyAndPads() throws IOException {
    write("1.png", 100, 70, new Color(200, 100, 50));
    ImageDataSet data = open(Map.of("size", 8, "channels", 1, "pad", 2, "held-out", 0));
    assertThat(List.of(data.channels(), data.height(), data.width())).containsExactly(1, 12, 12);
    Images images = data.train().images(0);
    double luma = (0.299 * 200 + 0.587 * 100 + 0.114 * 50) / 255;
    assertThat((double) images.pixel(0, 0, 6, 6)).isCloseTo(luma, within(0.005));
    assertThat(images.pixel(0, 0, 1, 6)).isZero();
    assertThat(data.train().label(0)).isEqualTo(-1);
  }

  @Test
  void readsCaptionsBesideImages() throws IOException {
    write("1.png", 4, 4, Color.RED);
    write("2.png", 4, 4, Color.RED);
    Files.writeString(folder.resolve("2.txt"), "a red square\n");
    ImageDataSet data = open(Map.of("size", 4, "held-out", 0));
    assertThat(data.train().caption(0)).isEmpty();
    assertThat(data.train().caption(1)).isEqualTo("a red square");
  }

  @Test
  void holdsOutAShareOrTheFolderTest() throws IOException {
    for (int i = 0; i < 10; i++) {
      write("all/a/" + i + ".png", 4, 4, Color.RED);
    }
    write("divided/train/a/1.png", 4, 4, Color.RED);
    write("divided/test/a/1.png", 4, 4, Color.RED);
    write("divided/test/a/2.png", 4, 4, Color.RED);
    ImageDataSet shared =
        (ImageDataSet)
            new FileDataSets().open(folder.resolve("all"), Map.of("size", 4, "held-out", 0.2));
    assertThat(List.of(shared.train().size(), shared.test().size())).containsExactly(8, 2);
    ImageDataSet divided =
        (ImageDataSet) new FileDataSets().open(folder.resolve("divided"), Map.of("size", 4));
    assertThat(List.of(divided.train().size(), divided.test().size())).containsExactly(1, 2);
  }

  @Test
  void refusesWhatItCannotUse() throws IOException {
    assertThatThrownBy(() -> open(Map.of("size", 4)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("expected images (bmp, gif, jpeg, jpg, png)");
    Files.writeString(folder.resolve("1.png"), "not an image");
    assertThatThrownBy(() -> open(Map.of("size", 4)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("1.png: expected an image, found something else");
    assertThatThrownBy(() -> open(Map.of()))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("size: expected a whole number from 1 to 8192, found nothing");
    write("a/1.png", 4, 4, Color.RED);
    assertThatThrownBy(() -> open(Map.of("size", 4)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("found 1 of 2 without a label");
    assertThatThrownBy(() -> open(Map.of("size", 4, "labels", List.of("b"))))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("expected a folder named as one of the labels [b]");
  }

  private ImageDataSet open(Map<String, ?> options) {
    return (ImageDataSet) new FileDataSets().open(folder, options);
  }

  private void write(String name, int width, int height, Color colour) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, colour.getRGB());
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
