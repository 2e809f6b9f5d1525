package dev.seriatim.runtime.internal.generation;

import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.engine.StepRandom;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop.Parts;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Hidden;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.part.TextTokenizer;
import dev.seriatim.api.part.Tokenizer;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** THE generation loop. Every decoding method of every model runs through {@link #step()}. */
final class StepwiseRun implements LoopRun {
  private final Head head;
  private final List<Guide> guides;
  private final List<Stream> streams;
  private final RandomStreams random;
  private final boolean mode;
  private final Scope scope;
  private final Canvas canvas;
  private final Drafting drafting;
  private final Plan plan;
  private final BackboneContext context;
  private final Endings endings;

  /**
   * @param ends whether the tokenizer's end ids end a sample; a draft may be wrong about the end
   */
  StepwiseRun(
      Parts parts, GenerationRequest request, RandomStreams random, Scope scope, boolean ends) {
    this.head = parts.head();
    this.random = random;
    this.mode = request.mode();
    this.scope = scope;
    this.canvas = canvas(parts.tokenizer(), request);
    this.endings = ends ? new Endings(parts.tokenizer(), canvas) : Endings.none(canvas);
    this.guides =
        parts.guides().stream()
            .sorted(Comparator.comparing(Guide::stage))
            .map(guide -> guide.bind(canvas, parts.tokenizer()))
            .toList();
    this.streams = streams(guides);
    this.drafting = parts.draft() == null ? null : new Drafting(parts, request, random, scope);
    this.plan = parts.scheduler().plan(new PlanRequest(canvas, random, scope.manager(), drafting));
    this.context =
        parts
            .backbone()
            .open(
                new ContextRequest(
                    canvas,
                    streams,
                    conditions(parts.tokenizer(), request),
                    parts.tokenizer(),
                    scope.manager()));
  }

  @Override
  public Step step() {
    Step step = plan.next(canvas);
    if (step == null) {
      return null;
    }
    forgetWithdrawn();
    try (Scope turn = scope.child("step")) {
      NDManager manager = turn.manager();
      Hidden hidden = context.forward(step, canvas, manager);
      Distribution distribution = guided(hidden, step);
      StepRandom numbers = random.at(step.index(), step.slots(), manager);
      Draw draw = plan.draw(step, distribution, numbers, mode);
      plan.observe(step, draw, canvas);
      endings.apply(canvas);
      forgetWithdrawn();
      context.advance(step, draw, canvas);
    }
    return step;
  }

  private void forgetWithdrawn() {
    List<int[]> withdrawn = canvas.drainWithdrawn();
    if (!withdrawn.isEmpty()) {
      context.rollback(withdrawn);
    }
  }

  private Distribution guided(Hidden hidden, Step step) {
    Map<Stream, Distribution> others = new LinkedHashMap<>();
    for (Stream stream : streams) {
      others.put(stream, head.distribution(hidden.of(stream), step));
    }
    Distribution distribution = others.remove(Stream.CONDITIONAL);
    for (Guide guide : guides) {
      distribution = guide.apply(distribution, others, step, canvas);
    }
    return distribution;
  }

  @Override
  public Canvas canvas() {
    return canvas;
  }

  @Override
  public int expectedSteps() {
    return plan.expectedSteps();
  }

  @Override
  public void close() {
    try (scope;
        drafting) {
      context.close();
    }
  }

  private static List<Stream> streams(List<Guide> guides) {
    Set<Stream> streams = new LinkedHashSet<>();
    streams.add(Stream.CONDITIONAL);
    guides.forEach(guide -> streams.addAll(guide.streams()));
    return List.copyOf(streams);
  }

  private static Canvas canvas(Tokenizer tokenizer, GenerationRequest request) {
    return request.start() == null
        ? tokenizer.start(request.conditions(), request.length())
        : request.start().copy();
  }

  /** A text of a text model is on the canvas already: nothing is left for the backbone. */
  private static List<Condition> conditions(Tokenizer tokenizer, GenerationRequest request) {
    return tokenizer instanceof TextTokenizer
        ? Collections.nCopies(request.conditions().size(), Condition.NONE)
        : request.conditions();
  }
}
