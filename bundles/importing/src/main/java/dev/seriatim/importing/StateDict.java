package dev.seriatim.importing;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.TensorInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of one network in a checkpoint, by the names that the official code gives them: those
 * of the dicts around it, for example {@code model.} or {@code state_dict.}, are taken off.
 */
public final class StateDict {
  /** The wrappers that are tried when none is named. */
  private static final List<String> COMMON =
      List.of("", "model.", "module.", "state_dict.", "model.module.");

  private final List<Checkpoint> checkpoints;
  private final int index;
  private final String wrapper;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private StateDict(List<Checkpoint> checkpoints, int index, String wrapper) {
    this.checkpoints = checkpoints;
    this.index = index;
    this.wrapper = wrapper;
    checkpoints
        .get(index)
        .tensors()
        .forEach(
            (name, info) -> {
              if (name.startsWith(wrapper)) {
                tensors.put(name.substring(wrapper.length()), info);
              }
            });
  }

  /**
   * Finds the network that has a tensor.
   *
   * @param checkpoints to look through
   * @param tensor that only this network has, by its official name
   * @param wrappers what may stand before it, the preferred one first, for example {@code
   *     model_ema.}; empty text for nothing. When none is named: nothing, or {@code model.}, {@code
   *     module.}, {@code state_dict.}, {@code model.module.}
   * @return the first that has it, by wrapper and then by checkpoint; empty when none has it
   */
  public static Optional<StateDict> find(
      List<Checkpoint> checkpoints, String tensor, String... wrappers) {
    for (String wrapper : wrappers.length == 0 ? COMMON : List.of(wrappers)) {
      for (int index = 0; index < checkpoints.size(); index++) {
        if (checkpoints.get(index).tensors().containsKey(wrapper + tensor)) {
          return Optional.of(new StateDict(checkpoints, index, wrapper));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Finds every checkpoint's network that has a tensor.
   *
   * @param wrappers as of {@link #find}; all that are found have the same
   * @return those under the first wrapper that any has, in the order of the checkpoints; may be
   *     empty
   */
  public static List<StateDict> all(
      List<Checkpoint> checkpoints, String tensor, String... wrappers) {
    Optional<StateDict> first = find(checkpoints, tensor, wrappers);
    List<StateDict> all = new ArrayList<>();
    for (int index = 0; first.isPresent() && index < checkpoints.size(); index++) {
      if (checkpoints.get(index).tensors().containsKey(first.get().wrapper + tensor)) {
        all.add(new StateDict(checkpoints, index, first.get().wrapper));
      }
    }
    return all;
  }

  /**
   * Finds the network that has a tensor: {@link #find}.
   *
   * @param family for the message
   * @throws PartException when none has it
   */
  public static StateDict require(
      String family, List<Checkpoint> checkpoints, String tensor, String... wrappers) {
    return find(checkpoints, tensor, wrappers)
        .orElseThrow(
            () ->
                PartException.of(
                    family,
                    "checkpoints",
                    "one with the tensor " + tensor,
                    checkpoints.isEmpty()
                        ? "none"
                        : "none in "
                            + String.join(
                                ", ",
                                checkpoints.stream().map(c -> c.path().toString()).toList())));
  }

  /** The whole checkpoint that this is in, nothing taken off. */
  public StateDict whole() {
    return new StateDict(checkpoints, index, "");
  }

  /** Which of the checkpoints it is in. */
  public int checkpoint() {
    return index;
  }

  /** Texts stored beside the tensors, see {@link Checkpoint#metadata()}; nothing taken off. */
  public Map<String, String> metadata() {
    return checkpoints.get(index).metadata();
  }

  /** Names of the tensors, in the order of the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** Whether there is a tensor of a name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Whether there is a tensor whose name starts so. */
  public boolean hasUnder(String prefix) {
    return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /**
   * Shape of a tensor.
   *
   * @throws CheckpointException when there is no such tensor
   */
  public Shape shape(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw new CheckpointException(
          checkpoints.get(index).path()
              + ": tensor "
              + wrapper
              + name
              + ": expected one of that name, found none");
    }
    return info.shape();
  }

  /**
   * Length of one axis of a tensor.
   *
   * @param axis from 0
   * @throws CheckpointException when there is no such tensor, or it has no such axis
   */
  public int size(String name, int axis) {
    Shape shape = shape(name);
    if (axis >= shape.dimension()) {
      throw new CheckpointException(
          checkpoints.get(index).path()
              + ": tensor "
              + wrapper
              + name
              + ": expected at least "
              + (axis + 1)
              + " axes, found shape "
              + shape);
    }
    return Math.toIntExact(shape.get(axis));
  }

  /**
   * How many numbers a list of modules goes through: one more than the largest number that follows.
   *
   * @param prefix before the number, for example {@code layers.}
   */
  public int count(String prefix) {
    return NamePattern.numbersAfter(prefix, "", names()).stream()
        .reduce((first, last) -> last)
        .map(largest -> largest + 1)
        .orElse(0);
  }

  /** A tensor as a source and as something to ignore: its place among the checkpoints. */
  Source.Key key(String name) {
    return new Source.Key(index, wrapper + name);
  }
}
