package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EditMaskTest {
  private static final TokenSpace.Discrete IDS = new TokenSpace.Discrete(50, 2);
  private static final TokenSpace.Continuous VECTORS = new TokenSpace.Continuous(3);

  private static EditMask mask(int height, int width, int... whitePixels) {
    boolean[][] white = new boolean[height][width];
    for (int at : whitePixels) {
      white[at / width][at % width] = true;
    }
    return new EditMask(white);
  }

  private static int[] marked(boolean[] redrawn) {
    int[] slots = new int[redrawn.length];
    int count = 0;
    for (int i = 0; i < redrawn.length; i++) {
      if (redrawn[i]) {
        slots[count++] = i;
      }
    }
    return Arrays.copyOf(slots, count);
  }

  @Test
  void aSlotOfAGridStandsForItsCell() {
    // Pixel (3, 4) of 8×8 lies in row 1, column 2 of cells of 2×2 pixels.
    EditMask mask = mask(8, 8, 3 * 8 + 4);
    assertThat(marked(mask.redrawn(new Grid(4, 4), "model"))).containsExactly(6);
    assertThat(marked(mask.redrawn(new Grid(8, 8), "model"))).containsExactly(28);
    assertThat(marked(mask.redrawn(new Grid(1, 1), "model"))).containsExactly(0);
  }

  @Test
  void aPixelOnTheEdgeOfTwoCellsBelongsToBoth() {
    // Three cells of 4 pixels: 0 to 1⅓, 1⅓ to 2⅔, 2⅔ to 4.
    assertThat(marked(mask(1, 4, 1).redrawn(new Grid(1, 3), "model"))).containsExactly(0, 1);
    assertThat(marked(mask(1, 4, 3).redrawn(new Grid(1, 3), "model"))).containsExactly(2);
  }

  @Test
  void eachScaleOfAPyramidHasItsCell() {
    Pyramid pyramid = new Pyramid(List.of(new Grid(1, 1), new Grid(2, 2), new Grid(4, 4)));
    EditMask mask = mask(8, 8, 3 * 8 + 4);
    assertThat(marked(mask.redrawn(pyramid, "model"))).containsExactly(0, 1 + 1, 5 + 6);
  }

  @Test
  void refusesSlotsWithoutAPlaceInThePicture() {
    assertThatThrownBy(() -> mask(8, 8, 0).redrawn(new Sequence(32), "titok"))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("titok: expected a model whose tokens have places in the picture")
        .hasMessageContaining("Sequence");
  }

  @Test
  void knowsWhenThereIsNothingToDo() {
    assertThat(mask(4, 4).isEmpty()).isTrue();
    assertThat(mask(4, 4, 15).isEmpty()).isFalse();
    assertThat(mask(4, 4, 15).at(7, 8, 7, 8)).isTrue();
    assertThat(mask(4, 4, 15).at(5, 8, 7, 8)).isFalse();
  }

  @Property(tries = 100)
  void whatIsKeptKeepsItsTokens(
      @ForAll long seed,
      @ForAll boolean discrete,
      @ForAll boolean pyramid,
      @ForAll @IntRange(min = 1, max = 3) int samples) {
    Random random = new Random(seed);
    Layout layout = pyramid ? new Pyramid(List.of(new Grid(1, 2), new Grid(3, 2))) : new Grid(3, 4);
    TokenSpace space = discrete ? IDS : VECTORS;
    Canvas picture = picture(layout, space, random);
    boolean[] redrawn = new boolean[layout.slots()];
    for (int slot = 0; slot < redrawn.length; slot++) {
      redrawn[slot] = random.nextBoolean();
    }
    KnownTokens known = KnownTokens.of(picture, redrawn);
    KnownTokens read = Json.read(Json.compact(known), KnownTokens.class);
    Canvas canvas = read.canvas(layout, space, samples);
    for (int sample = 0; sample < samples; sample++) {
      for (int slot = 0; slot < redrawn.length; slot++) {
        assertThat(canvas.isSettled(sample, slot)).isEqualTo(!redrawn[slot]);
        if (redrawn[slot]) {
          assertThat(canvas.level(sample, slot)).isZero();
        } else if (discrete) {
          assertThat(canvas.id(sample, slot, 0)).isEqualTo(picture.id(0, slot, 0));
          assertThat(canvas.id(sample, slot, 1)).isEqualTo(picture.id(0, slot, 1));
        } else {
          assertThat(canvas.vector(sample, slot)).containsExactly(picture.vector(0, slot));
        }
      }
    }
  }

  private static Canvas picture(Layout layout, TokenSpace space, Random random) {
    int size = layout.slots() * space.numbersPerSlot();
    if (space instanceof TokenSpace.Discrete ids) {
      return Canvas.ofIds(layout, ids, 1, random.longs(size, 0, ids.vocabulary()).toArray());
    }
    float[] vectors = new float[size];
    for (int i = 0; i < size; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return Canvas.ofVectors(layout, (TokenSpace.Continuous) space, 1, vectors);
  }
}
