package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.api.weights.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stores and restores what a stage has learned so far, and stores what it has learned at last. */
final class StageCheckpoint {
  /** Metadata: fingerprint of the recipe's decisive content. */
  static final String FINGERPRINT = "seriatim.training.fingerprint";

  /** Metadata: steps done. */
  static final String STEP = "seriatim.training.step";

  /** Metadata: name of the stage. */
  static final String STAGE = "seriatim.training.stage";

  private final CheckpointFormat format;

  StageCheckpoint(CheckpointFormat format) {
    this.format = format;
  }

  /** Bytes of all that a step changes. Engine thread. */
  static List<TensorData> state(TrainedWeights trained) {
    List<TensorData> tensors = new ArrayList<>();
    trained.arrays().forEach((name, array) -> tensors.add(tensor(name, array, ElementType.F32)));
    return tensors;
  }

  /** Bytes of weights in the type that they are shipped in. Engine thread. */
  static List<TensorData> weights(Weights weights, ElementType type) {
    return weights.names().stream().map(name -> tensor(name, weights.get(name), type)).toList();
  }

  private static TensorData tensor(String name, NDArray array, ElementType type) {
    try (NDArray stored =
        array.toType(type == ElementType.F16 ? DataType.FLOAT16 : DataType.FLOAT32, true)) {
      ByteBuffer bytes = stored.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      return new TensorData(new TensorInfo(name, type, array.getShape()), bytes);
    }
  }

  void write(Path file, String stage, String fingerprint, long step, List<TensorData> tensors) {
    format.write(
        file, Map.of(STAGE, stage, FINGERPRINT, fingerprint, STEP, Long.toString(step)), tensors);
  }

  /**
   * Steps that a file has behind it.
   *
   * @throws SeriatimException when it was made under another recipe
   */
  long step(Path file, String fingerprint) {
    try (Checkpoint checkpoint = format.open(file)) {
      return step(checkpoint, fingerprint);
    }
  }

  private static long step(Checkpoint checkpoint, String fingerprint) {
    Map<String, String> metadata = checkpoint.metadata();
    if (!fingerprint.equals(metadata.get(FINGERPRINT))) {
      throw new SeriatimException(
          checkpoint.path()
              + ": "
              + FINGERPRINT
              + ": expected that of this recipe ("
              + shortened(fingerprint)
              + "), found "
              + shortened(String.valueOf(metadata.get(FINGERPRINT)))
              + ": the stage "
              + metadata.get(STAGE)
              + " was trained from another recipe, other data options or another tokenizer");
    }
    try {
      return Long.parseLong(metadata.get(STEP));
    } catch (NumberFormatException e) {
      throw new SeriatimException(
          checkpoint.path()
              + ": "
              + STEP
              + ": expected a whole number, found "
              + metadata.get(STEP),
          e);
    }
  }

  private static String shortened(String hash) {
    return hash.substring(0, Math.min(12, hash.length()));
  }

  /**
   * Restores what {@link #state} has stored. Engine thread.
   *
   * @return steps done
   */
  long restore(Path file, String fingerprint, TrainedWeights trained, AdamW adam, Scope scope) {
    try (Checkpoint checkpoint = format.open(file);
        Scope inner = scope.child("restore")) {
      long step = step(checkpoint, fingerprint);
      NDList targets = new NDList();
      NDList values = new NDList();
      trained
          .arrays()
          .forEach(
              (name, array) -> {
                TensorInfo info = checkpoint.tensors().get(name);
                if (info == null
                    || info.type() != ElementType.F32
                    || !info.shape().equals(array.getShape())) {
                  throw new SeriatimException(
                      file
                          + ": tensor "
                          + name
                          + ": expected F32 "
                          + array.getShape()
                          + ", found "
                          + (info == null ? "none" : info.type() + " " + info.shape()));
                }
                targets.add(array);
                values.add(
                    inner
                        .manager()
                        .create(checkpoint.bytes(name).slice(), info.shape(), DataType.FLOAT32));
              });
      adam.assign(targets, values, inner);
      return step;
    }
  }
}
