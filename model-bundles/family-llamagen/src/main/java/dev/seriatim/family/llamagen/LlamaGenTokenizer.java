package dev.seriatim.family.llamagen;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.AutoencoderKeys;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The image tokenizer of LlamaGen and of systems that use it, where it is among their files:
 * otherwise their tokens are ids as they are. Its configuration has the names of the official
 * {@code VQModel}; it must agree with the tensors.
 */
public final class LlamaGenTokenizer {
  /** A tensor that only this network has. */
  public static final String TENSOR = "quantize.embedding.weight";

  private static final String VERSIONS = "[1.0,2)";

  private LlamaGenTokenizer() {}

  /**
   * Finds the tokenizer, and maps its weights where it has any.
   *
   * @param checkpoints the files of the system
   * @param config of the tokenizer
   * @param grid of the tokens
   * @param vocabulary of the tokens, where the tokenizer is not there
   * @param keys that take the weights in
   * @param file that will hold them
   * @param prefix of their names
   */
  public static PartReference among(
      List<Checkpoint> checkpoints,
      OfficialConfig config,
      Grid grid,
      int vocabulary,
      KeyMap keys,
      String file,
      String prefix) {
    Optional<StateDict> found = StateDict.find(checkpoints, TENSOR);
    if (found.isEmpty()) {
      return PartReference.of(
          "ids",
          VERSIONS,
          Map.of("vocabulary", vocabulary, "rows", grid.rows(), "columns", grid.columns()));
    }
    StateDict tensors = found.get();
    AutoencoderKeys autoencoder = AutoencoderKeys.of(tensors);
    keys.from(tensors.whole())
        .ignore("optimizer.{*}", "ema.{*}", "discriminator.{*}", "optimizer_disc.{*}")
        .from(tensors)
        .ignore("quantize.codebook_used");
    autoencoder.map(keys, prefix);
    autoencoder.mapQuantiser(keys, prefix);
    return new PartReference(
        "vq.gan", VERSIONS, sizes(config, grid, tensors, autoencoder), file, prefix);
  }

  private static Map<String, Object> sizes(
      OfficialConfig config, Grid grid, StateDict tensors, AutoencoderKeys autoencoder) {
    config.only("codebook_size", tensors.size(TENSOR, 0));
    config.only("codebook_embed_dim", tensors.size(TENSOR, 1));
    config.only("z_channels", autoencoder.latentWidth());
    Map<String, Object> sizes = new LinkedHashMap<>();
    sizes.put("height", grid.rows() * autoencoder.factor());
    sizes.put("width", grid.columns() * autoencoder.factor());
    sizes.put("image-channels", autoencoder.imageChannels());
    sizes.put("vocabulary", tensors.size(TENSOR, 0));
    sizes.put("code-width", tensors.size(TENSOR, 1));
    sizes.put("latent-width", autoencoder.latentWidth());
    sizes.put("unit-codes", config.flag("codebook_l2_norm", true));
    sizes.put("commitment", config.number("commit_loss_beta", 0.25));
    sizes.put("network", autoencoder.network(config));
    config.flag("codebook_show_usage", true); // counts, of training alone
    config.number("entropy_loss_ratio", 0);
    config.number("dropout_p", 0);
    for (String key : config.unread()) {
      throw config.refuse(key, "no such key", "a setting that is not served");
    }
    return sizes;
  }

  /**
   * The files of a system that is there in several copies: each copy of the transformer, with the
   * tokenizer where there is one.
   *
   * @param family for messages
   * @param tensor by which the transformer is known
   * @return at least one
   * @throws dev.seriatim.api.part.PartException when no file has the transformer
   */
  public static List<List<Checkpoint>> copies(
      String family, List<Checkpoint> checkpoints, String tensor) {
    StateDict.require(family, checkpoints, tensor);
    List<Checkpoint> tokenizers =
        checkpoints.stream().filter(file -> has(file, TENSOR)).limit(1).toList();
    return checkpoints.stream()
        .filter(file -> has(file, tensor))
        .map(file -> Stream.concat(Stream.of(file), tokenizers.stream()).distinct().toList())
        .toList();
  }

  private static boolean has(Checkpoint file, String tensor) {
    return StateDict.find(List.of(file), tensor).isPresent();
  }
}
