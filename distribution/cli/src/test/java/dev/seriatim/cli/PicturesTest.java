package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.seriatim.api.media.Images;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PicturesTest {
  @Test
  void theMiddleIsCutOutAndScaled() {
    BufferedImage picture = new BufferedImage(120, 40, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(40, 0, 40, 40);
    graphics.dispose();
    Images images = new Pictures.Source(picture).fit(1, 10, 10);
    for (float pixel : images.pixels()) {
      assertThat(pixel).isCloseTo(1f, within(1e-6f));
    }
  }

  @Test
  void coloursBecomeChannelsOrGrey() {
    BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 16; i++) {
      picture.setRGB(i % 4, i / 4, 0xFF8000);
    }
    Pictures.Source source = new Pictures.Source(picture);
    Images colour = source.fit(3, 2, 2);
    assertThat(colour.pixel(0, 0, 1, 1)).isEqualTo(1f);
    assertThat(colour.pixel(0, 1, 1, 1)).isEqualTo(128 / 255f);
    assertThat(colour.pixel(0, 2, 1, 1)).isZero();
    assertThat(source.fit(1, 2, 2).pixel(0, 0, 0, 0))
        .isCloseTo(0.299f + 0.587f * 128 / 255, within(1e-6f));
  }

  @Test
  void aSmallPictureIsEnlarged() {
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    assertThat(new Pictures.Source(picture).fit(1, 28, 28).pixels()).hasSize(784);
  }
}
