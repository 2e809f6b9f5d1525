package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.training.ImageDataSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSourceTest {
  /** One image of 3×4 with two channels' worth of different numbers in it. */
  private static ImageDataSet data() {
    byte[] bytes = new byte[3 * 3 * 4];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i + 1);
    }
    ImageShape shape = new ImageShape(3, 3, 4);
    StoredImages images = new StoredImages(shape, 0, bytes, new int[] {-1}, List.of());
    return new StoredDataSet("test", shape, List.of(), images, images);
  }

  @Test
  void movesImagesByWholePixels() {
    ImageDataSet data = data();
    ImageSource source = new ImageSource(data, data.train(), 2);
    assertThat(source.shifts()).isEqualTo(25);
    for (int shift = 0; shift < 25; shift++) {
      int down = shift / 5 - 2;
      int right = shift % 5 - 2;
      Images moved = source.images(new int[] {0}, new int[] {shift});
      Images original = data.train().images(0);
      for (int channel = 0; channel < 3; channel++) {
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 4; column++) {
            int fromRow = row - down;
            int fromColumn = column - right;
            boolean inside = fromRow >= 0 && fromRow < 3 && fromColumn >= 0 && fromColumn < 4;
            assertThat(moved.pixel(0, channel, row, column))
                .as("shift %s, channel %s, row %s, column %s", shift, channel, row, column)
                .isEqualTo(inside ? original.pixel(0, channel, fromRow, fromColumn) : 0f);
          }
        }
      }
    }
  }

  @Test
  void leavesImagesWhereTheyAre() {
    ImageDataSet data = data();
    assertThat(new ImageSource(data, data.train(), 0).images(new int[] {0}, new int[] {0}))
        .isEqualTo(data.train().images(0));
    ImageSource source = new ImageSource(data, data.train(), 1);
    assertThat(source.images(new int[] {0}, new int[] {source.unmoved()}))
        .isEqualTo(data.train().images(0));
  }
}
