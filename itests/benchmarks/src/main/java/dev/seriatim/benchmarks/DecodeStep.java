package dev.seriatim.benchmarks;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * One decode step of the causal transformer, by its kernel and by DJL calls, at the same positions
 * with the same weights; the two alternate.
 */
final class DecodeStep {
  private static final int SLOTS = 128;
  private static final int ROUNDS = 5;

  /** Slots from here on are timed: the cache is neither empty nor full. */
  private static final int FIRST_TIMED = 32;

  /** The size of the network. */
  record Size(int layers, int heads, int width) {}

  /**
   * What was measured.
   *
   * @param weightBytes that a step reads
   */
  record Result(double kernelSeconds, double callsSeconds, long weightBytes) {}

  private final Engine engine;
  private final Size size;
  private final int batch;
  private final Canvas canvas;

  DecodeStep(Engine engine, Size size, int batch) {
    this.engine = engine;
    this.size = size;
    this.batch = batch;
    long[] ids = new long[batch * SLOTS];
    Arrays.setAll(ids, i -> (i * 31L) % 256);
    this.canvas = Canvas.ofIds(new Sequence(SLOTS), new TokenSpace.Discrete(256, 1), batch, ids);
  }

  Result measure() throws Exception {
    return engine.call(
        () -> {
          Frame frame = Frame.of(ConditionSpace.NONE).with(canvas.layout(), canvas.tokenSpace());
          Blueprint<Backbone> blueprint =
              new CausalTransformerFactory()
                  .blueprint(
                      new CausalTransformerFactory.Configuration(
                          size.layers(), size.heads(), size.width(), 4),
                      frame);
          try (Weights weights = engine.initialise(blueprint.parameters(), 1);
              Backbone kernel = blueprint.build(engine, weights)) {
            double[] kernelTimes = new double[ROUNDS];
            double[] callTimes = new double[ROUNDS];
            for (int round = -1; round < ROUNDS; round++) { // the first round warms up
              double byKernel = kernelRound(kernel);
              double byCalls = callsRound(weights);
              if (round >= 0) {
                kernelTimes[round] = byKernel;
                callTimes[round] = byCalls;
              }
            }
            return new Result(
                Median.of(kernelTimes), Median.of(callTimes), matrices(blueprint.parameters()));
          }
        });
  }

  /** Bytes of all matrices of the blocks: what every step has to read. */
  private static long matrices(List<Parameter> parameters) {
    return parameters.stream()
        .filter(Parameter::decay)
        .mapToLong(p -> p.shape().size() * Float.BYTES)
        .sum();
  }

  /** Median seconds of a step. */
  private double kernelRound(Backbone backbone) {
    try (Scope scope = engine.scope("kernel")) {
      BackboneContext context =
          backbone.open(
              new ContextRequest(
                  canvas,
                  List.of(Stream.CONDITIONAL),
                  Collections.nCopies(batch, Condition.NONE),
                  null,
                  scope.manager()));
      double[] times = new double[SLOTS - FIRST_TIMED];
      float sink = 0;
      for (int slot = 0; slot < SLOTS; slot++) {
        try (Scope turn = scope.child("step")) {
          long start = System.nanoTime();
          NDArray states =
              context
                  .forward(Step.settle(slot, Slots.shared(slot)), canvas, turn.manager())
                  .states();
          if (slot >= FIRST_TIMED) {
            times[slot - FIRST_TIMED] = (System.nanoTime() - start) * 1e-9;
          }
          sink += states.toFloatArray()[0];
        }
      }
      context.close();
      require(sink);
      return Median.of(times);
    }
  }

  private double callsRound(Weights weights) {
    try (Scope scope = engine.scope("calls")) {
      DjlTransformer network = new DjlTransformer(weights, size, batch, SLOTS, scope.manager());
      double[] times = new double[SLOTS - FIRST_TIMED];
      float sink = 0;
      for (int slot = 0; slot < SLOTS; slot++) {
        try (Scope turn = scope.child("step")) {
          long[] ids = new long[batch];
          for (int sample = 0; sample < batch && slot > 0; sample++) {
            ids[sample] = canvas.id(sample, slot - 1, 0);
          }
          long start = System.nanoTime();
          NDArray states = network.step(slot, ids, turn.manager());
          if (slot >= FIRST_TIMED) {
            times[slot - FIRST_TIMED] = (System.nanoTime() - start) * 1e-9;
          }
          sink += states.toFloatArray()[0];
        }
      }
      require(sink);
      return Median.of(times);
    }
  }

  private static void require(float sink) {
    if (Float.isNaN(sink)) {
      throw new IllegalStateException("The network gave NaN");
    }
  }
}
