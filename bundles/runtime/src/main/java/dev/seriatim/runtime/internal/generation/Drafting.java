package dev.seriatim.runtime.internal.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.Loop.Parts;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Drafter;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;

/**
 * The draft of a request: a run of the one loop with the draft's network, on a canvas of its own.
 * It begins with the first proposal that is asked for.
 */
final class Drafting implements Drafter, AutoCloseable {
  private final Loop.Draft draft;
  private final Parts parts;
  private final GenerationRequest request;
  private final RandomStreams random;
  private final Scope scope;
  private final DraftPlan plan = new DraftPlan();
  private StepwiseRun run;

  /**
   * @param parts of the request, with a draft
   * @param scope of the request's run
   */
  Drafting(Parts parts, GenerationRequest request, RandomStreams random, Scope scope) {
    this.draft = parts.draft();
    this.request = request;
    this.random = random;
    this.scope = scope;
    this.parts =
        new Parts(
            parts.tokenizer(),
            draft.backbone(),
            draft.head(),
            new DraftScheduler(plan),
            parts.guides());
  }

  @Override
  public Drafted draft(Canvas canvas, Slots slots, NDManager owner) {
    if (run == null) {
      GenerationRequest own = request.withStart(canvas);
      run = new StepwiseRun(parts, own, random, scope.child("draft"), false);
    }
    try (NDManager round = owner.newSubManager()) {
      plan.begin(canvas, slots, round);
      while (run.step() != null) {}
      NDArray logits = NDArrays.concat(plan.logits, 1);
      logits.attach(owner);
      return new Drafted(plan.ids(run.canvas()), logits);
    }
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
  }

  /** Follows the canvas that is drafted for, then draws one slot after the other. */
  private static final class DraftPlan implements Plan {
    private Canvas drafted;
    private Slots slots;
    private NDManager round;
    private NDList logits;
    private int next;

    void begin(Canvas canvas, Slots slots, NDManager round) {
      this.drafted = canvas;
      this.slots = slots;
      this.round = round;
      this.logits = new NDList();
      this.next = 0;
    }

    @Override
    public Step next(Canvas canvas) {
      if (next == slots.count()) {
        return null;
      }
      if (next == 0) {
        follow(canvas);
      }
      int[][] column = new int[canvas.samples()][];
      for (int sample = 0; sample < column.length; sample++) {
        column[sample] = new int[] {slots.slot(sample, next)};
      }
      next++;
      return Step.settle(0, Slots.perSample(column));
    }

    @Override
    public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
      if (!(distribution instanceof CategoricalDistribution categorical)) {
        throw PartException.of(
            "draft", "head", "a categorical distribution", distribution.getClass().getName());
      }
      NDArray kept = categorical.logits().duplicate();
      kept.attach(round);
      logits.add(kept);
      return Plan.super.draw(step, distribution, random, mode);
    }

    /** Makes the draft's canvas what the other one is; proposals count as unknown. */
    private void follow(Canvas canvas) {
      for (int sample = 0; sample < canvas.samples(); sample++) {
        canvas.end(sample, drafted.length(sample));
        for (int slot = 0; slot < canvas.layout().slots(); slot++) {
          if (canvas.isSettled(sample, slot) && !agrees(canvas, sample, slot)) {
            canvas.withdraw(sample, slot);
          }
        }
      }
      canvas.write(Slots.range(0, canvas.layout().slots()), 0f, drafted.ids());
      for (int sample = 0; sample < canvas.samples(); sample++) {
        for (int slot = 0; slot < canvas.layout().slots(); slot++) {
          canvas.setLevel(sample, slot, drafted.isSettled(sample, slot) ? 1f : 0f);
        }
      }
    }

    private boolean agrees(Canvas canvas, int sample, int slot) {
      boolean agrees = drafted.isSettled(sample, slot);
      for (int i = 0; i < canvas.tokenSpace().numbersPerSlot(); i++) {
        agrees &= canvas.id(sample, slot, i) == drafted.id(sample, slot, i);
      }
      return agrees;
    }

    /** What was drafted, [sample, slot, codebook]. */
    long[] ids(Canvas canvas) {
      int codebooks = ((TokenSpace.Discrete) canvas.tokenSpace()).codebooks();
      long[] ids = new long[canvas.samples() * slots.count() * codebooks];
      for (int i = 0; i < ids.length; i++) {
        int cell = i / codebooks;
        int sample = cell / slots.count();
        ids[i] = canvas.id(sample, slots.slot(sample, cell % slots.count()), i % codebooks);
      }
      return ids;
    }
  }

  /** A draft has one plan: its request's. */
  private record DraftScheduler(Plan plan) implements Scheduler {
    @Override
    public Plan plan(PlanRequest request) {
      return plan;
    }
  }
}
