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
import dev.seriatim.backbone.llama.internal.LlamaFactory.Configuration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the masked forms keep: slots of a block settle in any order, blocks one after another. */
abstract class MaskedLlamaContract extends LlamaContract {
  MaskedLlamaContract(Configuration configuration) {
    super(configuration);
  }

  private int block() {
    return configuration().block() == 0 ? slots() : configuration().block();
  }

  private int slots() {
    return frame().layout().slots();
  }

  @Override
  protected List<Slots> path(Random random) {
    List<Slots> path = new ArrayList<>();
    for (int first = 0; first < slots(); first += block()) {
      List<Integer> block =
          new ArrayList<>(
              IntStream.range(first, Math.min(slots(), first + block())).boxed().toList());
      Collections.shuffle(block, random);
      for (int next = 0; next < block.size(); ) {
        int end = Math.min(block.size(), next + 1 + random.nextInt(3));
        path.add(Slots.shared(block.subList(next, end).stream().mapToInt(i -> i).toArray()));
        next = end;
      }
    }
    return path;
  }

  private float[] states(Canvas canvas, List<Stream> streams, int... slots) {
    List<Condition> conditions = Collections.nCopies(canvas.samples(), Condition.NONE);
    ContextRequest request =
        new ContextRequest(canvas, streams, conditions, null, scope().manager());
    try (BackboneContext context = part().open(request)) {
      Step step = Step.settle(0, Slots.shared(slots));
      NDArray states = context.forward(step, canvas, scope().manager()).states();
      return states.toFloatArray();
    }
  }

  @Test
  @DisplayName("Slots that a sample does not have are not seen")
  void absentSlots() throws Exception {
    onEngine(
        () -> {
          Canvas both = Canvas.blank(new Sequence(7), frame().tokens(), 2);
          Canvas alone = Canvas.blank(new Sequence(5), frame().tokens(), 1);
          both.settle(0, 0, new long[] {1, 2, 3, 4, 5});
          both.settle(1, 0, new long[] {6, 7, 8});
          alone.settle(0, 0, new long[] {6, 7, 8});
          both.end(1, 5);
          float[] together = states(both, List.of(Stream.CONDITIONAL), 3, 4);
          float[] expected = states(alone, List.of(Stream.CONDITIONAL), 3, 4);
          for (int i = 0; i < expected.length; i++) {
            assertThat(together[expected.length + i]).isCloseTo(expected[i], within(1e-5f));
          }
        });
  }

  @Test
  @DisplayName("The unconditional stream shows the prompt as masks")
  void hidesThePrompt() throws Exception {
    onEngine(
        () -> {
          Canvas prompted = Canvas.blank(new Sequence(7), frame().tokens(), 1);
          Canvas blank = Canvas.blank(new Sequence(7), frame().tokens(), 1);
          prompted.settle(0, 0, new long[] {1, 2, 3});
          float[] both = states(prompted, List.of(Stream.CONDITIONAL, Stream.UNCONDITIONAL), 3, 4);
          float[] without = states(blank, List.of(Stream.CONDITIONAL), 3, 4);
          float difference = 0;
          for (int i = 0; i < without.length; i++) {
            assertThat(both[without.length + i]).isCloseTo(without[i], within(1e-5f));
            difference = Math.max(difference, Math.abs(both[i] - without[i]));
          }
          assertThat(difference).isGreaterThan(1e-3f);
        });
  }
}
