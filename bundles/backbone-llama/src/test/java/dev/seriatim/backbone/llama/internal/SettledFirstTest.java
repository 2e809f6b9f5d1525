package dev.seriatim.backbone.llama.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.part.BackboneContext;
import dev.seriatim.api.part.ContextRequest;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The causal form that puts first what is settled, as WeDLM. */
class SettledFirstTest extends LlamaContract {
  SettledFirstTest() {
    super(Forms.masked("settled-first", 0, ""));
  }

  @Override
  protected List<Stream> streams() {
    return List.of(Stream.CONDITIONAL);
  }

  @Override
  protected List<Slots> path(Random random) {
    List<Integer> slots =
        new ArrayList<>(IntStream.range(0, frame().layout().slots()).boxed().toList());
    Collections.shuffle(slots, random);
    List<Slots> path = new ArrayList<>();
    for (int next = 0; next < slots.size(); ) {
      int end = Math.min(slots.size(), next + 1 + random.nextInt(3));
      path.add(Slots.shared(slots.subList(next, end).stream().mapToInt(i -> i).toArray()));
      next = end;
    }
    return path;
  }

  private float[] states(Canvas canvas, int... slots) {
    List<Condition> none = Collections.nCopies(canvas.samples(), Condition.NONE);
    ContextRequest request = new ContextRequest(canvas, streams(), none, null, scope().manager());
    try (BackboneContext context = part().open(request)) {
      Step step = Step.settle(0, Slots.shared(slots));
      NDArray states = context.forward(step, canvas, scope().manager()).states();
      return states.toFloatArray();
    }
  }

  private Canvas blank(int slots, int samples) {
    return Canvas.blank(new Sequence(slots), frame().tokens(), samples);
  }

  @Test
  @DisplayName("A mask sees what is settled after it, but not the masks after it")
  void seesWhatIsSettled() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = blank(7, 1);
          canvas.settle(0, 0, new long[] {1, 2});
          float[] before = states(canvas, 3);
          float[] further = states(canvas, 3, 5);
          canvas.settle(0, 6, new long[] {4});
          float[] after = states(canvas, 3);
          float difference = 0;
          for (int i = 0; i < before.length; i++) {
            assertThat(further[i]).isCloseTo(before[i], within(1e-5f));
            difference = Math.max(difference, Math.abs(after[i] - before[i]));
          }
          assertThat(difference).isGreaterThan(1e-3f);
        });
  }

  @Test
  @DisplayName(
      "2 Batch-invariant: samples with prompts and ends of their own are as they are alone")
  void raggedSamples() throws Exception {
    onEngine(
        () -> {
          Canvas both = blank(8, 2);
          Canvas alone = blank(5, 1);
          both.settle(0, 0, new long[] {1, 2, 3, 4, 5});
          both.settle(1, 0, new long[] {6, 7});
          both.settle(1, 4, new long[] {8});
          both.end(1, 5);
          alone.settle(0, 0, new long[] {6, 7});
          alone.settle(0, 4, new long[] {8});
          List<Condition> none = Collections.nCopies(2, Condition.NONE);
          ContextRequest request =
              new ContextRequest(both, streams(), none, null, scope().manager());
          float[] expected = states(alone, 2, 3);
          try (BackboneContext context = part().open(request)) {
            Step step = Step.settle(0, Slots.perSample(new int[][] {{5, 6}, {2, 3}}));
            for (int again = 0; again < 2; again++) {
              float[] together =
                  context.forward(step, both, scope().manager()).states().toFloatArray();
              for (int i = 0; i < expected.length; i++) {
                assertThat(together[expected.length + i]).isCloseTo(expected[i], within(1e-5f));
              }
            }
          }
        });
  }
}
