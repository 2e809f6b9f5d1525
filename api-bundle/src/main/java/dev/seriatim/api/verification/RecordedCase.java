package dev.seriatim.api.verification;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.weights.Checkpoint;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A folder with a published system's checkpoint, inputs, and the outputs that the official
 * implementation gave. A {@link Family} runs it: it takes inputs, computes, and hands in outputs,
 * which are compared at once. A tensor of the case that is neither taken nor handed in counts as
 * not reproduced; so does one that the case calls an output (its name begins with {@code out.}, or
 * {@link #settings()} lists it under {@code outputs}) and that is not handed in. Engine thread.
 */
@ProviderType
public interface RecordedCase {
  /** How far float32 values may be off, as a share of the tensor's largest magnitude. */
  double TOLERANCE = 1e-4;

  /** The same after a long sampling loop. */
  double AFTER_SAMPLING = 1e-3;

  /** The system's own configuration, {@code config.json}. */
  Map<String, Object> configuration();

  /**
   * How the case was run (arguments of each run, sizes that the official code fixes elsewhere): the
   * content of {@code case.json}; that of {@code config.json} where there is none.
   */
  Map<String, Object> settings();

  /**
   * The checkpoint files of the folder and of the folders in it, opened, sorted by path; the case's
   * own tensors aside.
   */
  List<Checkpoint> checkpoints();

  /**
   * The configuration that goes with a checkpoint: the {@code config.json} beside it, where it is
   * in a folder of its own that has one; otherwise {@link #configuration()}.
   *
   * @param checkpoint one of {@link #checkpoints()}
   */
  Map<String, Object> configuration(Checkpoint checkpoint);

  /** Names of the case's tensors. */
  List<String> tensors();

  /** Whether the case has a tensor. */
  default boolean has(String name) {
    return tensors().contains(name);
  }

  /**
   * A recorded input: float32 or int64, on the engine's device, owned by {@link #scope()}.
   *
   * @throws dev.seriatim.api.weights.CheckpointException when there is no such tensor
   */
  NDArray input(String name);

  /**
   * A recorded output that later inputs depend on (to go on from the recorded state instead of our
   * own); it does not count as taken.
   */
  NDArray recorded(String name);

  /** Hands in an output: {@link #output(String, NDArray, double)} with {@link #TOLERANCE}. */
  default void output(String name, NDArray found) {
    output(name, found, TOLERANCE);
  }

  /**
   * Hands in an output. Integers and booleans must be equal, but for 8-bit pixels (names that end
   * in {@code u8} or contain {@code uint8}), which may differ by one. Infinities must be the same.
   * What the case does not have is passed over: cases differ in what they keep.
   *
   * @param found of the recorded shape, or of as many elements; int64 or float32
   * @param tolerance for floating point, as a share of the recorded tensor's largest magnitude
   */
  void output(String name, NDArray found, double tolerance);

  /**
   * Imports checkpoints of the case by the family that is verifying and builds the parts, by the
   * same way as {@code import} and a wiring take.
   *
   * @param configuration for {@link Family#read}
   * @param checkpoints some of {@link #checkpoints()}
   */
  RecordedModel model(Map<String, ?> configuration, List<Checkpoint> checkpoints);

  /**
   * Runs the generation loop to its end and keeps what every step computed.
   *
   * @param parts usually of a {@link RecordedModel}
   * @param random in the place of the engine's, for example {@link #random}
   */
  Trace run(Loop.Parts parts, GenerationRequest request, RandomStreams random);

  /** Random streams whose numbers a function gives. */
  RandomStreams random(int samples, RecordedNumbers numbers);

  /** The engine. */
  Engine engine();

  /** Owns what the case computes; closed when it ends. */
  Scope scope();
}
