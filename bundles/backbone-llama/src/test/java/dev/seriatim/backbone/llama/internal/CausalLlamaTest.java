package dev.seriatim.backbone.llama.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Exposure;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Lesson;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import dev.seriatim.backbone.llama.internal.LlamaFactory.Configuration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The causal form with a long context: prompts, canvases shorter than the context, refusals. */
class CausalLlamaTest extends CausalLlamaContract {
  private static final int CONTEXT = 9;

  /** More tokens than one call of the kernel takes in. */
  private static final int LONG = 1100;

  CausalLlamaTest() {
    super(Forms.causal(4, 2, Rotary.PLAIN));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.ofEntries(
        Map.entry("layers", sized(0, 4, 2, 0, 16, 24, 1e-5)),
        Map.entry("heads", sized(2, 0, 0, 0, 16, 24, 1e-5)),
        Map.entry("key-heads", sized(2, 4, 3, 0, 16, 24, 1e-5)),
        Map.entry("head-width", sized(2, 4, 2, 5, 16, 24, 1e-5)),
        Map.entry("width", sized(2, 4, 2, 0, 18, 24, 1e-5)),
        Map.entry("mlp-width", sized(2, 4, 2, 0, 16, 0, 1e-5)),
        Map.entry("norm-eps", sized(2, 4, 2, 0, 16, 24, 0)),
        Map.entry("attention", Forms.masked("some", 0, "")),
        Map.entry("block", Forms.masked("block", 0, "")),
        Map.entry("predicts", Forms.masked("block", 4, "next")),
        Map.entry("mask", formed("full", "", VOCABULARY, Rotary.PLAIN)),
        Map.entry("-1 where", formed("causal", "", 3, Rotary.PLAIN)),
        Map.entry("rotary.base", turned(1, "halves", "none", 1, 1, 4)),
        Map.entry("rotary.pairs", turned(10000, "thirds", "none", 1, 1, 4)),
        Map.entry("rotary.scaling", turned(10000, "halves", "dynamic", 1, 1, 4)),
        Map.entry("rotary.factor", turned(10000, "halves", "linear", 0, 1, 4)),
        Map.entry("rotary.slow", turned(10000, "halves", "yarn", 2, 0, 4)),
        Map.entry("rotary.fast", turned(10000, "halves", "yarn", 2, 4, 4)));
  }

  private static Configuration sized(
      int layers, int heads, int keyHeads, int headWidth, int width, int mlpWidth, double eps) {
    return new Configuration(
        layers,
        heads,
        keyHeads,
        headWidth,
        width,
        mlpWidth,
        eps,
        false,
        false,
        false,
        "causal",
        0,
        "",
        -1,
        Rotary.PLAIN);
  }

  private static Configuration formed(String attention, String predicts, int mask, Rotary rotary) {
    return new Configuration(
        2, 4, 2, 0, 16, 24, 1e-5, false, false, false, attention, 0, predicts, mask, rotary);
  }

  private static Configuration turned(
      double base, String pairs, String scaling, double factor, double slow, double fast) {
    return formed("causal", "", -1, new Rotary(base, pairs, scaling, factor, slow, fast, 8192, 1));
  }

  private static Canvas blank(int slots, int samples) {
    return Canvas.blank(new Sequence(slots), new TokenSpace.Discrete(VOCABULARY, 1), samples);
  }

  private static long[] tokens(int count, long seed) {
    return new Random(seed).longs(count, 0, VOCABULARY).toArray();
  }

  private BackboneContext open(Llama backbone, Canvas canvas, Stream... streams) {
    List<Condition> none = Collections.nCopies(canvas.samples(), Condition.NONE);
    return backbone.open(
        new ContextRequest(canvas, List.of(streams), none, null, scope().manager()));
  }

  private NDArray forward(BackboneContext context, Canvas canvas, Slots slots) {
    return context.forward(Step.settle(0, slots), canvas, scope().manager()).states();
  }

  private static void same(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.sub(expected).abs().max().getFloat()).isLessThan(2e-5f);
  }

  @Test
  @DisplayName("2 Batch-invariant: a sample among prompts of other lengths is what it is alone")
  void raggedPrompts() throws Exception {
    onEngine(
        () -> {
          int[] lengths = {5, 2, 3};
          Canvas batch = blank(CONTEXT, 3);
          for (int sample = 0; sample < 3; sample++) {
            batch.settle(sample, 0, tokens(lengths[sample], sample));
          }
          try (BackboneContext together = open((Llama) part(), batch, Stream.CONDITIONAL)) {
            Canvas[] alone = new Canvas[3];
            BackboneContext[] own = new BackboneContext[3];
            for (int sample = 0; sample < 3; sample++) {
              alone[sample] = batch.sample(sample);
              own[sample] = open((Llama) part(), alone[sample], Stream.CONDITIONAL);
            }
            for (int slot = 2; slot < CONTEXT; slot++) {
              Slots slots = Slots.shared(slot);
              NDArray states = forward(together, batch, slots);
              batch.write(slots, 1f, tokens(3, slot));
              for (int sample = 0; sample < 3; sample++) {
                if (slot >= lengths[sample]) {
                  same(
                      states.get("{}:{}", sample, sample + 1),
                      forward(own[sample], alone[sample], slots));
                  alone[sample].settle(0, slot, new long[] {batch.id(sample, slot, 0)});
                }
              }
            }
            for (BackboneContext context : own) {
              context.close();
            }
          }
        });
  }

  /** Samples accept different numbers of proposals, so that they drift apart. */
  @RepeatedTest(5)
  @DisplayName("3 Cache-exact: samples at slots of their own are what they are uncached")
  void samplesAtSlotsOfTheirOwn(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    int slots = 700;
    int count = 3;
    onEngine(
        () -> {
          Frame wide = frame().with(new Sequence(slots), frame().tokens());
          try (Llama backbone =
              (Llama) factory().blueprint(configuration(), wide).build(engine(), weights())) {
            Canvas canvas = blank(slots, 3);
            int[] settled = {1 + random.nextInt(4), 1 + random.nextInt(600), 600};
            for (int sample = 0; sample < 3; sample++) {
              canvas.settle(sample, 0, random.longs(settled[sample], 0, VOCABULARY).toArray());
            }
            try (BackboneContext context = open(backbone, canvas, Stream.CONDITIONAL)) {
              for (int turn = 0; turn < 6; turn++) {
                int[][] rows = new int[3][count];
                for (int sample = 0; sample < 3; sample++) {
                  for (int i = 0; i < count; i++) {
                    rows[sample][i] = settled[sample] + i;
                  }
                }
                Slots own = Slots.perSample(rows);
                canvas.write(own, 0.5f, random.longs(3L * count, 0, VOCABULARY).toArray());
                NDArray states = forward(context, canvas, own);
                NDArray ids = scope().manager().create(canvas.ids(), new Shape(3, slots, 1));
                List<Condition> none = Collections.nCopies(3, Condition.NONE);
                NDArray taught =
                    backbone.teach(
                        new Lesson(ids, Exposure.OWN_ORDER, none, null, scope().manager()));
                for (int sample = 0; sample < 3; sample++) {
                  int from = settled[sample];
                  same(
                      states.get("{}:{}", sample, sample + 1),
                      taught.get("{}:{}, {}:{}", sample, sample + 1, from, from + count));
                  int accepted = 1 + random.nextInt(count);
                  for (int i = 0; i < accepted; i++) {
                    boolean asProposed = i + 1 < accepted;
                    long id =
                        asProposed ? canvas.id(sample, from + i, 0) : random.nextInt(VOCABULARY);
                    canvas.settle(sample, from + i, new long[] {id});
                  }
                  settled[sample] += accepted;
                }
              }
            }
          }
        });
  }

  @Test
  @DisplayName(
      "3 Cache-exact: a prompt that is taken in by several calls, and a step of many slots")
  void longPrompts() throws Exception {
    onEngine(
        () -> {
          Frame wide = frame().with(new Sequence(2 * LONG), frame().tokens());
          try (Llama backbone =
              (Llama) factory().blueprint(configuration(), wide).build(engine(), weights())) {
            long[] ids = tokens(LONG, 7);
            NDArray truth = scope().manager().create(ids, new Shape(1, LONG, 1));
            List<Condition> none = List.of(Condition.NONE);
            NDArray taught =
                backbone.teach(
                    new Lesson(truth, Exposure.OWN_ORDER, none, null, scope().manager()));
            Canvas canvas = blank(LONG, 1);
            canvas.settle(0, 0, ids);
            try (BackboneContext context = open(backbone, canvas, Stream.CONDITIONAL)) {
              same(
                  forward(context, canvas, Slots.range(LONG - 3, LONG)),
                  taught.get(":, {}:", LONG - 3));
            }
            try (BackboneContext context = open(backbone, canvas, Stream.CONDITIONAL)) {
              same(forward(context, canvas, Slots.range(1, LONG)), taught.get(":, 1:"));
            }
          }
        });
  }

  @Test
  @DisplayName("A canvas shorter than the context gives the same states")
  void shortCanvases() throws Exception {
    onEngine(
        () -> {
          Canvas small = blank(4, 1);
          Canvas whole = blank(CONTEXT, 1);
          for (Canvas canvas : List.of(small, whole)) {
            canvas.settle(0, 0, new long[] {3, 1, 4});
          }
          try (BackboneContext one = open((Llama) part(), small, Stream.CONDITIONAL);
              BackboneContext other = open((Llama) part(), whole, Stream.CONDITIONAL)) {
            same(forward(one, small, Slots.shared(3)), forward(other, whole, Slots.shared(3)));
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: what does not fit the context, and what has no beginning")
  void refusesWhatItCannotServe() throws Exception {
    onEngine(
        () -> {
          Llama llama = (Llama) part();
          assertThatThrownBy(() -> open(llama, blank(CONTEXT + 1, 1), Stream.CONDITIONAL))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("context: expected a sequence of at most 9 slots")
              .hasMessageContaining("10");
          assertThatThrownBy(
                  () -> open(llama, blank(4, 1), Stream.CONDITIONAL, Stream.UNCONDITIONAL))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("streams");
          Canvas canvas = blank(4, 2);
          canvas.settle(0, 0, new long[] {1});
          try (BackboneContext context = open(llama, canvas, Stream.CONDITIONAL)) {
            assertThatThrownBy(() -> forward(context, canvas, Slots.shared(0)))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("prompt");
            assertThatThrownBy(() -> forward(context, canvas, Slots.shared(1)))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("slot 0 unknown");
          }
        });
  }

  @Test
  @DisplayName("6 Says no clearly: labels, grids, several codebooks")
  void refusesFrames() {
    TokenSpace ids = new TokenSpace.Discrete(VOCABULARY, 1);
    Frame labels = Frame.of(new ConditionSpace(List.of("a"), true)).with(new Sequence(9), ids);
    assertRefused(labels, "conditions");
    assertRefused(frame().with(new Grid(3, 3), ids), "layout");
    assertRefused(
        frame().with(new Sequence(9), new TokenSpace.Discrete(VOCABULARY, 2)), "codebooks");
  }

  private void assertRefused(Frame frame, String key) {
    assertThatThrownBy(() -> factory().blueprint(configuration(), frame))
        .isInstanceOf(PartException.class)
        .hasMessageContaining(key);
  }
}
