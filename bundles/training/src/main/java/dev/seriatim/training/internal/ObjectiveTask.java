package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.training.ImageDataSet;
import dev.seriatim.api.training.Objective;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One part, trained on images by a loss of its own. */
final class ObjectiveTask implements Task {
  /** Held-out images that are measured at a time. */
  private static final int CHUNK = 256;

  /** Held-out images that are looked at. */
  private static final int SHOWN = 16;

  private final StageContext context;
  private final ImageSource images;
  private final Part trained;
  private final Part averaged;

  /** Builds the part twice: over the trained weights and over their average. Engine thread. */
  ObjectiveTask(StageContext context, TrainedWeights weights) {
    this.context = context;
    images = context.trainImages();
    String kind = context.spec().train().get(0);
    trained = context.build(kind, Part.class, weights.weights());
    if (!(trained instanceof Objective)) {
      trained.close();
      throw new SeriatimException(
          "stage "
              + context.spec().name()
              + ": train: expected a part with an objective of its own, or backbone and head, found "
              + kind
              + " "
              + context.assembly().part(kind).id());
    }
    averaged = context.build(kind, Part.class, weights.averages());
  }

  @Override
  public int examples() {
    return images.split().size();
  }

  @Override
  public int variants() {
    return images.shifts();
  }

  @Override
  public Supplier<NDArray> prepare(long step, BatchOrder.Batch batch, NDManager manager) {
    NDArray pixels = Uploads.of(images.images(batch.examples(), batch.variants()), manager);
    NDArray labels = labels(images.split(), batch.examples(), manager);
    return () -> ((Objective) trained).loss(pixels, labels, manager);
  }

  private NDArray labels(ImageDataSet.Split split, int[] indices, NDManager manager) {
    return context.images().labels().isEmpty()
        ? null
        : Uploads.of(split.labels(indices), manager, indices.length);
  }

  @Override
  public Map<String, Double> measure() {
    int count = Math.min(context.spec().measureImages(), context.images().test().size());
    if (count == 0) {
      return Map.of();
    }
    double loss = 0;
    long right = 0;
    for (int first = 0; first < count; first += CHUNK) {
      int[] indices = IntStream.range(first, Math.min(first + CHUNK, count)).toArray();
      loss += context.calls().call(() -> heldOutLoss(indices)) * indices.length;
      right += context.calls().call(() -> right(indices));
    }
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", loss / count);
    if (isClassifier()) {
      measures.put("accuracy", (double) right / count);
    }
    return measures;
  }

  private boolean isClassifier() {
    return averaged instanceof Classifier && !context.images().labels().isEmpty();
  }

  private double heldOutLoss(int[] indices) {
    try (Scope scope = context.calls().engine().scope("measure")) {
      NDManager manager = scope.manager();
      ImageDataSet.Split split = context.images().test();
      NDArray pixels = Uploads.of(split.images(indices), manager);
      NDArray labels = labels(split, indices, manager);
      return ((Objective) averaged).loss(pixels, labels, manager).getFloat();
    }
  }

  private long right(int[] indices) {
    if (!isClassifier()) {
      return 0;
    }
    try (Scope scope = context.calls().engine().scope("measure")) {
      ImageDataSet.Split split = context.images().test();
      NDArray pixels = Uploads.of(split.images(indices), scope.manager());
      NDArray logits = ((Classifier) averaged).judge(pixels, scope.manager()).logits();
      long[] answers = logits.argMax(1).toLongArray();
      return IntStream.range(0, indices.length)
          .filter(i -> answers[i] == split.label(indices[i]))
          .count();
    }
  }

  @Override
  public Media samples() {
    ImageDataSet.Split split =
        context.images().test().size() > 0 ? context.images().test() : context.images().train();
    Images shown = split.images(IntStream.range(0, Math.min(SHOWN, split.size())).toArray());
    return context
        .calls()
        .call(
            () -> {
              try (Scope scope = context.calls().engine().scope("samples")) {
                return ((Objective) averaged).show(shown, scope.manager());
              }
            });
  }

  @Override
  public void close() {
    averaged.close();
    trained.close();
  }
}
