package dev.seriatim.api.verification;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.weights.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.osgi.annotation.versioning.ProviderType;

/** Turns published checkpoints into models; a service. Any thread. */
@ProviderType
public interface Importer {
  /** Ids of the families that are there, sorted. */
  List<String> families();

  /**
   * Converts checkpoints, tensor by tensor. The folder appears whole, or not at all.
   *
   * @param family id of the family
   * @param files checkpoints ({@code .pt}, {@code .pth}, {@code .bin}, {@code .ckpt}, {@code
   *     .safetensors} or the index of shards)
   * @param configuration the system's own configuration
   * @param name of the model; null for the family's
   * @param output folder to make: {@code model.json} and its weights
   * @param progress told (done, all) bytes
   * @throws dev.seriatim.api.SeriatimException when the family is not there, or a checkpoint has a
   *     missing, unexpected or mis-shaped tensor (the first few are listed), before anything is
   *     written
   */
  void importModel(
      String family,
      List<Path> files,
      Map<String, ?> configuration,
      String name,
      Path output,
      BiConsumer<Long, Long> progress);

  /**
   * Does what {@link #importModel} does before it writes: lays out the model and checks every
   * tensor. Names and shapes are enough; no element is read.
   *
   * @param family id of the family
   * @param checkpoints in any order
   * @param configuration the system's own configuration
   * @return what the model would be, without the hashes of its files
   * @throws dev.seriatim.api.SeriatimException as {@link #importModel} does
   */
  ModelDescriptor check(String family, List<Checkpoint> checkpoints, Map<String, ?> configuration);
}
