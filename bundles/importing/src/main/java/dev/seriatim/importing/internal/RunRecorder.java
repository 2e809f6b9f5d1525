package dev.seriatim.importing.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.verification.Trace.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Listens at the seams between the parts of a run, and changes nothing: the head is asked once per
 * stream, a guide stands after those that combine streams and one after all, and the plan is told
 * what was drawn.
 */
final class RunRecorder {
  private final NDManager kept;
  private final List<Turn> turns = new ArrayList<>();

  private final List<NDArray> hidden = new ArrayList<>();
  private final List<NDArray> logits = new ArrayList<>();
  private NDArray combined;
  private NDArray bent;

  /**
   * @param kept owns the copies
   */
  RunRecorder(NDManager kept) {
    this.kept = kept;
  }

  /** The same parts, listened to. */
  Loop.Parts listen(Loop.Parts parts) {
    // The loop orders guides by stage and keeps the order within one: these are the last of theirs.
    List<Guide> guides = new ArrayList<>(parts.guides());
    guides.add(new Listening(Guide.Stage.COMBINE));
    guides.add(new Listening(Guide.Stage.TRUNCATE));
    return new Loop.Parts(
        parts.tokenizer(),
        parts.backbone(),
        new ListeningHead(parts.head()),
        new ListeningScheduler(parts.scheduler()),
        guides);
  }

  /** What every step computed, so far. */
  List<Turn> turns() {
    return List.copyOf(turns);
  }

  private NDArray keep(NDArray array) {
    if (array == null) {
      return null;
    }
    NDArray copy = array.duplicate();
    copy.attach(kept);
    return copy;
  }

  private NDArray keepLogits(Distribution distribution) {
    return distribution instanceof CategoricalDistribution categorical
        ? keep(categorical.logits())
        : null;
  }

  private final class ListeningHead implements Head {
    private final Head head;

    ListeningHead(Head head) {
      this.head = head;
    }

    @Override
    public Distribution distribution(NDArray states, Step step) {
      Distribution distribution = head.distribution(states, step);
      hidden.add(keep(states));
      NDArray kept = keepLogits(distribution);
      if (kept != null) {
        logits.add(kept);
      }
      return distribution;
    }

    @Override
    public NDArray loss(NDArray states, NDArray tokens, NDArray weight, StepRandom random) {
      return head.loss(states, tokens, weight, random);
    }
  }

  /** Passes a distribution on as it is. */
  private final class Listening implements Guide {
    private final Stage stage;

    Listening(Stage stage) {
      this.stage = stage;
    }

    @Override
    public Stage stage() {
      return stage;
    }

    @Override
    public Distribution apply(
        Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
      if (stage == Stage.COMBINE) {
        combined = keepLogits(distribution);
      } else {
        bent = keepLogits(distribution);
      }
      return distribution;
    }
  }

  private final class ListeningScheduler implements Scheduler {
    private final Scheduler scheduler;

    ListeningScheduler(Scheduler scheduler) {
      this.scheduler = scheduler;
    }

    @Override
    public Plan plan(PlanRequest request) {
      return new ListeningPlan(scheduler.plan(request));
    }

    @Override
    public Exposure expose(Layout layout, StepRandom random, NDManager scope) {
      return scheduler.expose(layout, random, scope);
    }
  }

  private final class ListeningPlan implements Plan {
    private final Plan plan;

    ListeningPlan(Plan plan) {
      this.plan = plan;
    }

    @Override
    public Step next(Canvas canvas) {
      return plan.next(canvas);
    }

    @Override
    public Draw draw(Step step, Distribution distribution, StepRandom random, boolean mode) {
      return plan.draw(step, distribution, random, mode);
    }

    @Override
    public void observe(Step step, Draw draw, Canvas canvas) {
      Canvas before = canvas.copy();
      Draw copy =
          new Draw(
              keep(draw.tokens()),
              keep(draw.logProb()),
              keep(draw.confidence()),
              keep(draw.feedback()));
      plan.observe(step, draw, canvas);
      turns.add(
          new Turn(
              step,
              List.copyOf(hidden),
              List.copyOf(logits),
              combined,
              bent,
              copy,
              before,
              canvas.copy()));
      hidden.clear();
      logits.clear();
      combined = null;
      bent = null;
    }

    @Override
    public int expectedSteps() {
      return plan.expectedSteps();
    }
  }
}
