package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Tokenizer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Who is taught: a backbone and a head, with what decides what they are shown.
 *
 * @param engine that they run on
 * @param tokenizer of the model
 * @param backbone over the weights that are trained, or over their averages
 * @param head over the same
 * @param scheduler that they are trained for; null for the backbone's own order
 * @param seed of the run
 */
record Pupil(
    Engine engine,
    Tokenizer tokenizer,
    Backbone backbone,
    Head head,
    Scheduler scheduler,
    long seed) {

  /**
   * A batch with the truth given.
   *
   * @param tokens int64 [sample, slot, codebook] or float32 [sample, slot, width]
   * @param weight float32 [sample, slot], how much each slot counts beside what the scheduler says;
   *     null when all count alike
   * @param layout of the canvases
   * @param conditions one per sample
   */
  record Batch(NDArray tokens, NDArray weight, Layout layout, List<Condition> conditions) {}

  /**
   * The loss of a batch. Engine thread.
   *
   * @param step that keys the random numbers, with the place of each sample in the batch
   * @param manager owns all that the loss needs
   * @return computes it, a float32 scalar; called once
   */
  Supplier<NDArray> loss(Batch batch, long step, NDManager manager) {
    int samples = batch.conditions().size();
    Slots all = Slots.range(0, batch.layout().slots());
    long[] numbers = LongStream.range(0, samples).toArray();
    StepRandom random = engine.random(seed, numbers).at((int) step, all, manager);
    Exposure exposure =
        scheduler == null ? Exposure.OWN_ORDER : scheduler.expose(batch.layout(), random, manager);
    NDArray weight = product(exposure.weight(), batch.weight());
    Lesson lesson = new Lesson(batch.tokens(), exposure, batch.conditions(), tokenizer, manager);
    return () -> exposure.loss(head.loss(backbone.teach(lesson), batch.tokens(), weight, random));
  }

  private static NDArray product(NDArray a, NDArray b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.mul(b);
  }
}
