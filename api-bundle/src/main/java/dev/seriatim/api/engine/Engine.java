package dev.seriatim.api.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The shared tensor engine. It owns one device, the precision, the weights, the kernels, the random
 * streams and the count of native memory.
 *
 * <p><b>One thread.</b> Every call that touches a tensor runs on the engine's own thread: a second
 * thread that has once run a parallel operation makes libtorch keep more workers than there are
 * cores. {@link #call} and {@link #submit} bring a task there; methods marked <i>engine thread</i>
 * throw {@link IllegalStateException} elsewhere. Parts are always called on that thread.
 */
@ProviderType
public interface Engine {

  /** The device that holds weights and runs kernels. */
  Device device();

  /** The precision of weights and arithmetic. */
  Precision precision();

  /** Name and version of the engine, of libtorch and the device, for manifests: one line. */
  String description();

  /**
   * Runs a task on the engine's thread and waits for it; inline when already there.
   *
   * @throws Exception what the task throws, unwrapped
   */
  <T> T call(Callable<T> task) throws Exception;

  /** Queues a task on the engine's thread. Tasks run in the order of submission. */
  <T> CompletableFuture<T> submit(Callable<T> task);

  /** Whether the caller is on the engine's thread. */
  boolean onEngineThread();

  /**
   * Opens a scope: the owner of native arrays, closed as a whole. Engine thread.
   *
   * @param name of the request or purpose, shown in memory reports
   */
  Scope scope(String name);

  /** Live native memory in all: arrays that scopes, weights and kernels of this engine hold. */
  MemoryUse memory();

  /** Live native memory by the name of each open scope (weights have scopes of their own). */
  Map<String, MemoryUse> memoryByScope();

  /**
   * Compiles a kernel and binds its attributes once. Engine thread.
   *
   * @param source the text
   * @param constants values of the attributes of type {@code int}, {@code float}, {@code bool} and
   *     {@code List[int]}, by name
   * @param weights values of the attributes of type {@code Tensor} (weight of the same name) and
   *     {@code List[Tensor]} (weights {@code name.0}, {@code name.1}, …); the attribute holds the
   *     same tensor as {@code weights}, so updates in place are seen
   * @throws KernelException when the text does not compile (with file, line and column of the
   *     source), or when constants and weights do not match its attributes
   */
  Kernel kernel(KernelSource source, Map<String, ?> constants, Weights weights);

  /**
   * Loads a part's weights onto the device, once: a second call with the same content, device and
   * precision shares the arrays. Each result is closed by its caller; the last close frees. Engine
   * thread.
   *
   * @param checkpoint where they are
   * @param prefix of the part's names in the checkpoint, for example {@code "backbone."}; stripped
   * @param parameters what the part declares; all must be there with these shapes, and nothing else
   *     under the prefix
   * @throws dev.seriatim.api.weights.CheckpointException naming file, tensor, expected and found
   */
  Weights load(Checkpoint checkpoint, String prefix, List<Parameter> parameters);

  /**
   * Makes fresh, trainable float32 weights, initialised as the parameters say; the same seed gives
   * the same values on every machine. Engine thread.
   */
  Weights initialise(List<Parameter> parameters, long seed);

  /**
   * Runs a loss under autograd: kernels called inside record their graph. Engine thread.
   *
   * @param weights made by {@link #initialise}
   * @param loss gives a scalar float32 array
   * @param scope that will own the result
   * @return the loss (detached), then the gradient of each weight in the order of {@link
   *     Weights#names()} (zeros where the loss does not depend on it); the graph is freed
   */
  NDList differentiate(Weights weights, Scope scope, Supplier<NDArray> loss);

  /**
   * The random streams of a request.
   *
   * @param seed of the request
   * @param samples the number of each sample in its request; its position in the batch plays no
   *     role
   */
  RandomStreams random(long seed, long... samples);
}
