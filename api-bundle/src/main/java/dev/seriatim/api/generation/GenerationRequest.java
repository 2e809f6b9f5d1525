package dev.seriatim.api.generation;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.model.Condition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What to generate.
 *
 * @param conditions one per sample, at least one
 * @param seed of the random streams
 * @param firstSample number of the first sample: sample {@code i} of a batch that starts at 0 is
 *     what a batch of one with {@code firstSample = i} gives
 * @param scheduler in place of the model's; null for the model's
 * @param guides over the model's, by id: one that the model has is configured anew, another is
 *     added to the chain
 * @param mode whether each token is the most probable one instead of a draw
 * @param start a partly settled canvas to go on from; null for the one that the tokenizer makes of
 *     the conditions, blank or beginning with a prompt
 * @param length slots to fill, for tokenizers whose canvases differ in length (texts); 0 for as
 *     many as there are
 */
public record GenerationRequest(
    List<Condition> conditions,
    long seed,
    long firstSample,
    PartChoice scheduler,
    Map<String, PartChoice> guides,
    boolean mode,
    Canvas start,
    int length) {
  /** Checks and copies. */
  public GenerationRequest {
    conditions = List.copyOf(conditions);
    guides = Collections.unmodifiableMap(new LinkedHashMap<>(guides));
    if (conditions.isEmpty()) {
      throw new IllegalArgumentException("conditions: expected one per sample, found none");
    }
    if (firstSample < 0) {
      throw new IllegalArgumentException("firstSample: expected at least 0, found " + firstSample);
    }
    if (length < 0) {
      throw new IllegalArgumentException("length: expected at least 0, found " + length);
    }
    if (start != null && start.samples() != conditions.size()) {
      throw new IllegalArgumentException(
          "start: expected " + conditions.size() + " samples, found " + start.samples());
    }
  }

  /** A request that leaves the number of slots to the model. */
  public GenerationRequest(
      List<Condition> conditions,
      long seed,
      long firstSample,
      PartChoice scheduler,
      Map<String, PartChoice> guides,
      boolean mode,
      Canvas start) {
    this(conditions, seed, firstSample, scheduler, guides, mode, start, 0);
  }

  /** Samples of one condition, seed 0, all else as the model says. */
  public static GenerationRequest of(Condition condition, int samples) {
    return of(Collections.nCopies(samples, condition));
  }

  /** One sample per condition, seed 0, all else as the model says. */
  public static GenerationRequest of(List<Condition> conditions) {
    return new GenerationRequest(conditions, 0, 0, null, Map.of(), false, null);
  }

  /** This request with another seed. */
  public GenerationRequest withSeed(long seed) {
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, guides, mode, start, length);
  }

  /** This request with another number for its first sample. */
  public GenerationRequest withFirstSample(long firstSample) {
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, guides, mode, start, length);
  }

  /** This request with a scheduler of its own. */
  public GenerationRequest withScheduler(PartChoice scheduler) {
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, guides, mode, start, length);
  }

  /** This request with a guide configured or added. */
  public GenerationRequest withGuide(PartChoice guide) {
    Map<String, PartChoice> more = new LinkedHashMap<>(guides);
    more.put(guide.id(), guide);
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, more, mode, start, length);
  }

  /** This request with the most probable token in every slot. */
  public GenerationRequest withMode() {
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, guides, true, start, length);
  }

  /** This request going on from a partly settled canvas. */
  public GenerationRequest withStart(Canvas start) {
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, guides, mode, start, length);
  }

  /** This request with as many slots to fill after its prompt. */
  public GenerationRequest withLength(int length) {
    return new GenerationRequest(
        conditions, seed, firstSample, scheduler, guides, mode, start, length);
  }

  /** A run of its samples: they come out as they would in the whole. */
  public GenerationRequest range(int first, int end) {
    if (start != null) {
      throw new IllegalStateException("A request that goes on from a canvas is not divided");
    }
    return new GenerationRequest(
        new ArrayList<>(conditions.subList(first, end)),
        seed,
        firstSample + first,
        scheduler,
        guides,
        mode,
        null,
        length);
  }
}
