package dev.seriatim.training.internal;

import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.TextTokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Draws samples through the one loop, the same each time but for the weights: one of each label, at
 * most {@value #MOST}; or {@value #UNCONDITIONAL} where there are no labels; {@value #TEXTS} texts.
 *
 * @param length slots of a text; 0 for as many as the tokenizer has
 */
record Sampler(
    EngineCalls calls, Loop loop, Loop.Parts parts, ConditionSpace space, int length, long seed) {
  private static final int MOST = 40;
  private static final int UNCONDITIONAL = 8;
  private static final int TEXTS = 4;

  /** Any thread; other requests may take a turn between two steps. */
  Media draw() {
    GenerationRequest request = request();
    Scope scope = calls.call(() -> calls.engine().scope("samples"));
    try {
      LoopRun run = calls.call(() -> loop.open(parts, request, scope));
      try {
        while (calls.call(run::step) != null) {
          // The step is all there is to do.
        }
        return calls.call(() -> parts.tokenizer().decode(run.canvas(), scope.manager()));
      } finally {
        calls.run(run::close);
      }
    } finally {
      calls.run(scope::close);
    }
  }

  private GenerationRequest request() {
    if (parts.tokenizer() instanceof TextTokenizer tokenizer) {
      List<Condition> nothing = Collections.nCopies(TEXTS, Condition.NONE);
      int slots = length == 0 ? tokenizer.layout().slots() : length;
      return GenerationRequest.of(nothing)
          .withSeed(seed)
          .withLength(slots - tokenizer.begin().length);
    }
    return GenerationRequest.of(conditions()).withSeed(seed);
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    for (int label = 0; label < Math.min(space.labels().size(), MOST); label++) {
      conditions.add(new Condition.Label(label));
    }
    while (space.labels().isEmpty() && conditions.size() < UNCONDITIONAL) {
      conditions.add(Condition.NONE);
    }
    return conditions;
  }
}
