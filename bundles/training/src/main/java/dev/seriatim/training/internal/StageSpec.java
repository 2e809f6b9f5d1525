package dev.seriatim.training.internal;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.ProvidesPart;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A stage of a recipe: parts that are trained together, or finished ones that are taken as they
 * are.
 *
 * @param name of the stage, and of its weight file
 * @param train kinds of the parts that are trained
 * @param from file with the finished weights of these parts, nothing else of the stage counts then;
 *     null where they are trained here
 * @param steps in all
 * @param batch images per step
 * @param optimizer how weights are updated
 * @param checkpointEvery steps between two checkpoints
 * @param measureEvery steps between two measures on held-out data; 0 for only at the end
 * @param measureImages held-out images that are measured on
 * @param samplesEvery steps between two looks at samples; 0 for only at the end
 * @param conditionDropout probability that a sample is trained without its condition
 * @param shift most pixels by which images are moved, in each direction
 * @param length slots of a window of text, of what the tokenizer can take; 0 for all
 * @param sampleGuidance scale of the guide {@code cfg} in samples; NaN for the model's own
 * @param fingerprint SHA-256 of all that decides what the stage's weights become
 */
record StageSpec(
    String name,
    List<String> train,
    Path from,
    long steps,
    int batch,
    OptimizerSpec optimizer,
    long checkpointEvery,
    long measureEvery,
    int measureImages,
    long samplesEvery,
    double conditionDropout,
    int shift,
    int length,
    double sampleGuidance,
    String fingerprint) {
  private static final List<Set<String>> GENERATORS =
      List.of(
          Set.of(ProvidesPart.BACKBONE, ProvidesPart.HEAD),
          Set.of(ModelDescriptor.DRAFT_BACKBONE, ModelDescriptor.DRAFT_HEAD));

  /**
   * A stage that takes finished parts.
   *
   * @param fingerprint SHA-256 of the file
   */
  static StageSpec finished(String name, List<String> train, Path from, String fingerprint) {
    return new StageSpec(
        name, train, from, 0, 0, null, 0, 0, 0, 0, 0, 0, 0, Double.NaN, fingerprint);
  }

  /** Whether it trains a generator: backbone and head, the model's own or its draft's. */
  boolean isGenerator() {
    return GENERATORS.contains(Set.copyOf(train));
  }

  /** Key of the backbone of the generator that it trains. */
  String backbone() {
    return isDraft() ? ModelDescriptor.DRAFT_BACKBONE : ProvidesPart.BACKBONE;
  }

  /** Key of the head of the generator that it trains. */
  String head() {
    return isDraft() ? ModelDescriptor.DRAFT_HEAD : ProvidesPart.HEAD;
  }

  private boolean isDraft() {
    return train.contains(ModelDescriptor.DRAFT_BACKBONE);
  }

  /** Whether it takes finished parts, and trains nothing. */
  boolean isFinished() {
    return from != null;
  }
}
