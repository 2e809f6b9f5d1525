package dev.seriatim.head.diffusion.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.part.PartException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which of the training's diffusion steps sampling takes (Nichol and Dhariwal, "Improved denoising
 * diffusion probabilistic models", 2021, section 4).
 *
 * @param count how many in all
 * @param sections how many of each of the sections into which the training's steps are cut; empty
 *     for a fixed stride
 * @param stride distance of neighbouring steps; 0 where sections say it
 */
record Respacing(int count, List<Integer> sections, int stride) {
  private static final String KEY = "sampling-steps";
  private static final String EXPECTED =
      "a number of steps, several of them with commas between (one for each section), or ddim and a"
          + " number";

  /** So many steps, evenly spaced from the first to the last. */
  static Respacing even(int steps, int trained) {
    return sections(List.of(steps), trained, String.valueOf(steps));
  }

  /**
   * Reads {@code 100} (evenly spaced), {@code 10,10,5} (so many of each third) or {@code ddim50} (a
   * fixed stride).
   *
   * @param trained diffusion steps in training
   * @throws PartException when it is none of these, or asks for more than there are
   */
  static Respacing parse(String text, int trained) {
    boolean strided = text.startsWith("ddim");
    List<Integer> numbers = new ArrayList<>();
    for (String number : (strided ? text.substring(4) : text).split(",", -1)) {
      boolean digits = number.strip().matches("[0-9]{1,6}");
      require(digits, DiffusionHeadFactory.ID, KEY, EXPECTED, "'" + text + "'");
      numbers.add(Integer.parseInt(number.strip()));
    }
    return strided ? strided(numbers, trained, text) : sections(numbers, trained, text);
  }

  /**
   * About so many steps, spaced as these are: evenly from the first to the last, or by a whole
   * stride from the first that leaves out the noisiest, half a stride at least.
   */
  Respacing with(int steps, int trained) {
    if (stride == 0) {
      return even(steps, trained);
    }
    boolean fits = steps >= 1 && steps <= trained;
    require(fits, DiffusionHeadFactory.ID, KEY, "1 to " + trained + " steps", steps);
    int wanted = (int) Math.round((double) trained / steps);
    int nearest =
        IntStream.rangeClosed(1, trained)
            .filter(each -> 2 * leftOut(each, trained) >= each)
            .boxed()
            .min(Comparator.comparingInt(each -> Math.abs(each - wanted)))
            .orElseThrow();
    return new Respacing((trained + nearest - 1) / nearest, List.of(), nearest);
  }

  /** How many steps lie from the last that a stride meets to the end. */
  private static int leftOut(int stride, int trained) {
    return trained - (trained - 1) / stride * stride;
  }

  private static Respacing sections(List<Integer> counts, int trained, String text) {
    int length = trained / counts.size();
    for (int i = 0; i < counts.size(); i++) {
      int size = i < trained % counts.size() ? length + 1 : length;
      boolean fits = counts.get(i) >= 1 && counts.get(i) <= size;
      require(fits, DiffusionHeadFactory.ID, KEY, "1 to " + size + " steps in a section", text);
    }
    return new Respacing(counts.stream().mapToInt(i -> i).sum(), List.copyOf(counts), 0);
  }

  private static Respacing strided(List<Integer> counts, int trained, String text) {
    int count = counts.get(0);
    for (int stride = 1; counts.size() == 1 && stride < trained; stride++) {
      if ((trained + stride - 1) / stride == count) {
        return new Respacing(count, List.of(), stride);
      }
    }
    String expected = "a number of steps that a whole stride through " + trained + " gives";
    throw PartException.of(DiffusionHeadFactory.ID, KEY, expected, text);
  }

  /** The steps, int64 [step], ascending; on the device and with the owner of {@code like}. */
  NDArray times(Kernel kernel, NDArray like) {
    return sections.isEmpty()
        ? kernel.callForOne(like.getManager(), "strided", stride, like)
        : kernel.callForOne(
            like.getManager(),
            "times",
            sections.stream().mapToLong(Integer::longValue).toArray(),
            like);
  }
}
