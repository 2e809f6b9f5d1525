package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Manifest;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Whitespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngFileTest {
  private static final Manifest MANIFEST =
      new Manifest(
          "digits-ar",
          "1.0.0",
          List.of(
              new Manifest.PartUse(
                  "guide",
                  "cfg",
                  "1.0.0",
                  "dev.seriatim.guides 1.0.0",
                  Map.of("scale", 1.5, "schedule", "cosine", "steps", 7L, "on", true))),
          Map.of("a.safetensors", "00ff"),
          "DJL, libtorch, cpu",
          List.of("label=7", "label=Ärger <&> \"x\"", "none"),
          Long.MIN_VALUE,
          5,
          false,
          "abcdef");

  @Test
  void theManifestComesBack(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("picture.png");
    Provenance before = new Provenance(new ImageGrid(4, 3, 2), 1, MANIFEST, null);
    BufferedImage picture = new BufferedImage(5, 3, BufferedImage.TYPE_BYTE_GRAY);

    OutputFile.at(file).write(new PngFile(picture, before.toJson())::writeTo);

    assertThat(Provenance.of(PngFile.read(file), file)).isEqualTo(before);
    assertThat(new String(Files.readAllBytes(file), "ISO-8859-1"))
        .contains("iTXtseriatim\0")
        .contains("\"model\":\"digits-ar\"");
  }

  @Property(tries = 50)
  void anyTextAndPixelsComeBack(
      @ForAll @AlphaChars @Whitespace String text,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll boolean grey)
      throws Exception {
    BufferedImage picture =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    int[] pixels = new Random(7).ints((long) width * height * (grey ? 1 : 3), 0, 256).toArray();
    picture.getRaster().setPixels(0, 0, width, height, pixels);
    Path file = Files.createTempFile("seriatim-", ".png");
    try {
      new OutputFile(file).write(new PngFile(picture, "é" + text)::writeTo);
      PngFile read = PngFile.read(file);
      assertThat(read.text()).isEqualTo("é" + text);
      assertThat(read.picture().getRaster().getPixels(0, 0, width, height, (int[]) null))
          .isEqualTo(pixels);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aPictureOfOthersHasNoManifest(@TempDir Path folder) {
    Path file = folder.resolve("picture.png");
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    OutputFile.at(file).write(new PngFile(picture, null)::writeTo);
    assertThatThrownBy(() -> Provenance.of(PngFile.read(file), file))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            file + ": expected a picture with a manifest, found one that Seriatim did not draw");
  }

  @Test
  void anotherFormatOfTheManifestIsRefused(@TempDir Path folder) {
    Path file = folder.resolve("picture.png");
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    for (String text : List.of("{\"format\":2}", "null", "[1]", "not json", "{\"format\":1}")) {
      OutputFile.at(file).write(new PngFile(picture, text)::writeTo);
      assertThatThrownBy(() -> Provenance.of(PngFile.read(file), file))
          .isInstanceOf(SeriatimException.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageContaining("manifest");
    }
  }

  @Test
  void whatIsNoPictureIsRefused(@TempDir Path folder) throws Exception {
    Path text = Files.writeString(folder.resolve("text.png"), "text");
    assertThatThrownBy(() -> PngFile.read(text))
        .isInstanceOf(SeriatimException.class)
        .hasMessageStartingWith(text + ": expected a PNG file, found something else");
    Path absent = folder.resolve("absent.png");
    assertThatThrownBy(() -> PngFile.read(absent))
        .hasMessage(absent + ": expected a PNG file, found none");
  }
}
