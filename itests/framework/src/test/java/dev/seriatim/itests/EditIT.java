package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.model.Condition;
import dev.seriatim.launcher.Seriatim;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an edit keeps stays as it is, in every model of digits, whatever its order. */
class EditIT {
  private static final int SIDE = 28;

  @TempDir private Path folder;

  @Test
  void everyModelKeepsWhatIsSettled() {
    try (Seriatim seriatim = Systems.all()) {
      List<String> models =
          seriatim.models().models().stream()
              .map(status -> status.descriptor().name())
              .filter(name -> name.startsWith("digits"))
              .toList();
      assertThat(models).contains(Systems.DIGITS);
      for (String model : models) {
        Generator generator = seriatim.generator(model);
        Condition three = generator.model().conditions().label("3");
        Canvas drawn = generator.generate(GenerationRequest.of(three, 2).withSeed(1)).canvas();
        int[] kept = everyThird(drawn.layout().slots());
        Canvas start = keep(drawn, kept);
        GenerationResult result =
            generator.generate(
                GenerationRequest.of(generator.model().conditions().label("8"), 2)
                    .withSeed(2)
                    .withStart(start));
        assertThat(tokens(result.canvas(), kept)).as(model).isEqualTo(tokens(drawn, kept));
        for (int sample = 0; sample < 2; sample++) {
          assertThat(result.canvas().settled(sample)).isEqualTo(drawn.layout().slots());
        }
      }
    }
  }

  @Test
  void theCommandKeepsWhatTheMaskDoesNotTouch() throws Exception {
    Shell shell = new Shell(folder);
    shell
        .seriatim("generate", "digits-ar", "-l", "7", "-n", "1", "--scale", "1", "-o", "seven.png")
        .succeeded();
    paint("mask.png", SIDE, 12);
    JsonObject document =
        shell
            .seriatim(
                "edit",
                "digits-ar",
                "--image",
                "seven.png",
                "--mask",
                "mask.png",
                "-l",
                "7,9",
                "-n",
                "4",
                "-o",
                "edited.png",
                "--json")
            .json()
            .getAsJsonObject();
    // Three rows of seven lie above pixel row 12.
    assertThat(document.getAsJsonArray("keptSlots")).hasSize(21);
    assertThat(document.get("slots").getAsInt()).isEqualTo(49);
    assertThat(document.getAsJsonObject("statistics").get("steps").getAsInt()).isEqualTo(28);
    assertThat(shell.seriatim("replay", "edited.png").succeeded().out())
        .isEqualToIgnoringNewLines("edited.png: same: tokens equal, pixels equal");
    shell
        .seriatim(
            "edit",
            "digits-ar",
            "--image",
            "seven.png",
            "--mask",
            "mask.png",
            "--paste",
            "-o",
            "pasted.png",
            "--scale",
            "1")
        .succeeded();
    BufferedImage before = ImageIO.read(folder.resolve("seven.png").toFile());
    BufferedImage after = ImageIO.read(folder.resolve("pasted.png").toFile());
    for (int y = 0; y < 12; y++) {
      for (int x = 0; x < SIDE; x++) {
        assertThat(after.getRGB(x, y)).isEqualTo(before.getRGB(x, y));
      }
    }
  }

  @Test
  void whatCannotBeEditedIsRefused() throws Exception {
    Shell shell = new Shell(folder);
    paint("image.png", SIDE, 20);
    paint("black.png", SIDE, SIDE);
    paint("small.png", SIDE - 4, 0);
    shell
        .seriatim("edit", "digits-ar", "--image", "image.png", "--mask", "black.png")
        .failed(1, "black.png: expected white where the picture is drawn anew, found none");
    shell
        .seriatim("edit", "digits-ar", "--image", "image.png", "--mask", "small.png")
        .failed(1, "small.png: expected a mask of the picture's size, 28×28, found 24×24");
    shell
        .seriatim("edit", "digits-ar", "--image", "absent.png", "--mask", "black.png")
        .failed(1, "absent.png: expected a picture, found no file");
    shell.seriatim("edit", "digits-ar", "--image", "image.png").failed(2, "--mask");
  }

  /** A square picture, black above a row and white from there. */
  private void paint(String name, int side, int from) throws Exception {
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = from; y < side; y++) {
      for (int x = 0; x < side; x++) {
        picture.setRGB(x, y, 0xFFFFFF);
      }
    }
    File file = folder.resolve(name).toFile();
    assertThat(ImageIO.write(picture, "png", file)).isTrue();
  }

  private static int[] everyThird(int slots) {
    return IntStream.range(0, slots).filter(slot -> slot % 3 != 1).toArray();
  }

  private static Canvas keep(Canvas drawn, int[] kept) {
    Canvas start = Canvas.blank(drawn.layout(), drawn.tokenSpace(), drawn.samples());
    int numbers = drawn.tokenSpace().numbersPerSlot();
    List<Number> tokens = tokens(drawn, kept);
    if (drawn.tokenSpace() instanceof TokenSpace.Discrete) {
      start.write(Slots.shared(kept), 1, tokens.stream().mapToLong(Number::longValue).toArray());
    } else {
      float[] vectors = new float[drawn.samples() * kept.length * numbers];
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = tokens.get(i).floatValue();
      }
      start.write(Slots.shared(kept), 1, vectors);
    }
    return start;
  }

  /** The numbers in some slots, [sample, slot, number]. */
  private static List<Number> tokens(Canvas canvas, int[] slots) {
    List<Number> tokens = new ArrayList<>();
    for (int sample = 0; sample < canvas.samples(); sample++) {
      for (int slot : slots) {
        if (canvas.tokenSpace() instanceof TokenSpace.Discrete discrete) {
          for (int codebook = 0; codebook < discrete.codebooks(); codebook++) {
            tokens.add(canvas.id(sample, slot, codebook));
          }
        } else {
          for (float number : canvas.vector(sample, slot)) {
            tokens.add(number);
          }
        }
      }
    }
    return tokens;
  }
}
