package dev.seriatim.family.titok;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tokenizer of a generator: {@link TitokTokenizer} or {@link MaskgitVqgan} where one is among
 * the generator's files, otherwise token ids as they are.
 */
public final class GeneratorTokenizer {
  /** The file that holds its weights, where it has any. */
  public static final String FILE = "tokenizer.safetensors";

  private static final String PREFIX = "tokenizer.";

  private GeneratorTokenizer() {}

  /**
   * Finds the tokenizer, and maps its weights where it has any.
   *
   * @param checkpoints the files of the system
   * @param config the whole official configuration
   * @param layout of the generator's tokens
   * @param keys that take the weights in
   */
  public static PartReference among(
      List<Checkpoint> checkpoints, OfficialConfig config, Layout layout, KeyMap keys) {
    Optional<StateDict> titok = StateDict.find(checkpoints, TitokTokenizer.TENSOR);
    if (titok.isPresent()) {
      TitokTokenizer.map(keys.from(titok.get()), titok.get(), PREFIX);
      return TitokTokenizer.part(config, titok.get(), FILE, PREFIX);
    }
    Optional<StateDict> vqgan = StateDict.find(checkpoints, MaskgitVqgan.TENSOR);
    if (vqgan.isPresent() && layout instanceof Grid grid) {
      MaskgitVqgan sizes = MaskgitVqgan.in(vqgan.get());
      sizes.map(keys.from(vqgan.get()), PREFIX);
      int factor = sizes.factor();
      return sizes.part(grid.rows() * factor, grid.columns() * factor, FILE, PREFIX);
    }
    return ids(config.section("model.vq_model").integer("codebook_size"), layout);
  }

  /**
   * The files of a system that is there in several copies: each copy of the generator, with the
   * tokenizer where there is one.
   *
   * @param family for messages
   * @param tensor by which the generator is known
   * @return at least one
   * @throws dev.seriatim.api.part.PartException when no file has the generator
   */
  public static List<List<Checkpoint>> copies(
      String family, List<Checkpoint> checkpoints, String tensor) {
    StateDict.require(family, checkpoints, tensor);
    Optional<Checkpoint> tokenizer =
        checkpoints.stream()
            .filter(file -> has(file, TitokTokenizer.TENSOR) || has(file, MaskgitVqgan.TENSOR))
            .findFirst();
    return checkpoints.stream()
        .filter(file -> has(file, tensor))
        .map(file -> Stream.concat(Stream.of(file), tokenizer.stream()).toList())
        .toList();
  }

  private static boolean has(Checkpoint file, String tensor) {
    return StateDict.find(List.of(file), tensor).isPresent();
  }

  private static PartReference ids(int vocabulary, Layout layout) {
    Map<String, Object> config =
        layout instanceof Grid grid
            ? Map.of("vocabulary", vocabulary, "rows", grid.rows(), "columns", grid.columns())
            : Map.of("vocabulary", vocabulary, "length", layout.slots());
    return PartReference.of("ids", "[1.0,2)", config);
  }
}
