package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageGridTest {
  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,3", "4,2", "5,5", "6,3", "7,3", "8,4", "10,5", "12,4", "16,4"})
  void rowsAreNearASquare(int samples, int columns) {
    Images images = new Images(samples, 1, 28, 28, new float[samples * 784]);
    assertThat(ImageGrid.of(images, 0, 0)).isEqualTo(new ImageGrid(columns, 4, 2));
  }

  @Test
  void largeImagesAreNotEnlarged() {
    Images images = new Images(1, 3, 256, 200, new float[3 * 256 * 200]);
    assertThat(ImageGrid.of(images, 0, 0).scale()).isEqualTo(1);
    assertThat(ImageGrid.of(images, 0, 3).scale()).isEqualTo(3);
  }

  @Test
  void eachPixelIsInItsPlace() {
    // Three images of 1×2 pixels in two columns, enlarged twice, a gap of one.
    Images images = new Images(3, 1, 1, 2, new float[] {0f, 1f, 0.5f, 2f, -1f, 0.2f});
    BufferedImage picture = new ImageGrid(2, 2, 1).draw(images);
    int gap = 96;
    int[] first = {0, 0, 255, 255, gap, 128, 128, 255, 255};
    int[] second = {0, 0, 51, 51, gap, gap, gap, gap, gap};
    int[] between = {gap, gap, gap, gap, gap, gap, gap, gap, gap};
    int[][] expected = {first, first, between, second, second};
    assertThat(picture.getHeight()).isEqualTo(expected.length);
    for (int y = 0; y < expected.length; y++) {
      assertThat(picture.getRaster().getPixels(0, y, 9, 1, (int[]) null)).isEqualTo(expected[y]);
    }
  }

  @Test
  void coloursKeepTheirChannels() {
    Images images = new Images(1, 3, 1, 1, new float[] {1f, 0.5f, 0f});
    BufferedImage picture = new ImageGrid(1, 1, 0).draw(images);
    assertThat(picture.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFF8000);
  }

  @Test
  void impossibleLayoutsAreRefused() {
    assertThatThrownBy(() -> new ImageGrid(0, 1, 0))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("columns: expected at least 1, found 0");
  }
}
