package dev.seriatim.backbone.nextscale.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.runtime.internal.generation.GenerationLoop;
import dev.seriatim.schedulers.internal.NextScaleFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A large model draws the coarse scales, a small one goes on from its canvas (Chen et al.,
 * "Collaborative decoding makes visual auto-regressive modeling efficient", 2025): two runs of the
 * loop, nothing else.
 */
class CollaborativeDecodingTest {
  private static final Pyramid PYRAMID =
      new Pyramid(List.of(new Grid(1, 1), new Grid(2, 2), new Grid(3, 3), new Grid(4, 4)));
  private static final TokenSpace TOKENS = new TokenSpace.Discrete(11, 1);
  private static final Tokenizer TOKENIZER = new PlainPyramid(PYRAMID, TOKENS);
  private static final int HAND_OVER = 2;

  private final Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
  private final List<AutoCloseable> open = new ArrayList<>();

  /** A model of a width; what comes of it is closed at the end. */
  private final class Model {
    private final Backbone backbone;
    private final Head head;

    Model(int layers, int width, long seed) {
      Frame frame = Frame.of(new ConditionSpace(List.of("a", "b"), false)).with(PYRAMID, TOKENS);
      var size =
          new VarFactory.Configuration(
              layers, 2, width, PlainPyramid.FEATURES, 4, false, true, 1e-6);
      backbone = build(new VarFactory(), size, frame, seed);
      var softmax = new CategoricalHeadFactory.Configuration(true, "inverse-transform", "log-prob");
      head = build(new CategoricalHeadFactory(), softmax, frame.with(width), seed);
    }

    /** Draws some scales, on a blank canvas or on one that another model has begun. */
    Canvas run(int firstScale, int lastScale, Canvas start) {
      var scales = new NextScaleFactory.Configuration(firstScale, lastScale, 1, List.of());
      Frame frame = Frame.of(ConditionSpace.NONE).with(PYRAMID, TOKENS);
      Scheduler scheduler = build(new NextScaleFactory(), scales, frame, 0);
      Loop.Parts parts = new Loop.Parts(TOKENIZER, backbone, head, scheduler, List.of());
      GenerationRequest request =
          GenerationRequest.of(List.of(new Condition.Label(0), new Condition.Label(1))).withSeed(5);
      try (Scope scope = engine.scope("request");
          LoopRun run =
              new GenerationLoop(engine)
                  .open(parts, start == null ? request : request.withStart(start), scope)) {
        while (run.step() != null) {}
        return run.canvas();
      }
    }
  }

  private <P extends Part, C extends Record> P build(
      PartFactory<P, C> factory, C configuration, Frame frame, long seed) {
    Blueprint<P> blueprint = factory.blueprint(configuration, frame);
    // Modulations start at zero: awake, so that all layers count.
    List<Parameter> parameters =
        blueprint.parameters().stream()
            .map(p -> new Parameter(p.name(), p.shape(), new Initializer.Normal(0.3f), p.decay()))
            .toList();
    Weights weights = engine.initialise(parameters, seed);
    P part = blueprint.build(engine, weights);
    open.add(weights);
    open.add(part);
    return part;
  }

  private interface Work {
    void run() throws Exception;
  }

  private void onEngine(Work work) throws Exception {
    engine.call(
        () -> {
          MemoryUse before = engine.memory();
          work.run();
          Collections.reverse(open);
          for (AutoCloseable each : open) {
            each.close();
          }
          assertThat(engine.memory()).isEqualTo(before);
          return null;
        });
  }

  @Test
  @DisplayName("A model that takes over from itself draws what it draws in one run")
  void fromItself() throws Exception {
    onEngine(
        () -> {
          Model model = new Model(2, 16, 1);
          Canvas whole = model.run(0, -1, null);
          Canvas begun = model.run(0, HAND_OVER - 1, null);
          assertThat(begun.settled(0)).isEqualTo(PYRAMID.firstSlot(HAND_OVER));
          assertThat(model.run(HAND_OVER, -1, begun).ids()).isEqualTo(whole.ids());
        });
  }

  @Test
  @DisplayName("A small model goes on with the scales that a large one has drawn")
  void fromALargerModel() throws Exception {
    onEngine(
        () -> {
          Model large = new Model(2, 16, 1);
          Model small = new Model(1, 8, 2);
          Canvas begun = large.run(0, HAND_OVER - 1, null);
          Canvas both = small.run(HAND_OVER, -1, begun);
          Canvas largeAlone = large.run(0, -1, null);
          for (int sample = 0; sample < 2; sample++) {
            assertThat(both.settled(sample)).isEqualTo(PYRAMID.slots());
            for (int slot = 0; slot < PYRAMID.firstSlot(HAND_OVER); slot++) {
              assertThat(both.id(sample, slot, 0)).isEqualTo(largeAlone.id(sample, slot, 0));
            }
          }
          assertThat(both.ids()).isNotEqualTo(largeAlone.ids());
          assertThat(both.ids()).isNotEqualTo(small.run(0, -1, null).ids());
        });
  }
}
