package dev.seriatim.api.weights;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The weights of one part on the engine's device. Engine thread. */
@ProviderType
public interface Weights extends AutoCloseable {
  /** Names, in the order in which the part declared its parameters. */
  List<String> names();

  /**
   * One weight. Nobody but the trainer writes to it.
   *
   * @throws CheckpointException when there is none of that name
   */
  NDArray get(String name);

  /** Releases this user's hold; the last one frees the arrays. Closing twice does nothing. */
  @Override
  void close();
}
