package dev.seriatim.schedulers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Draw;
import dev.seriatim.api.part.Plan;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Step;
import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Blocks that all have as many steps, as SDAR does by its static strategy. */
class MaskedBlocksStepsTest extends MaskedBlocksContract {
  @Override
  protected Configuration configuration() {
    return new Settings().blocks(5, 0).blockSteps(3).start("layout").with();
  }

  @Test
  @DisplayName("A whole block is shared out; one of which less is unknown is done earlier")
  void sharesOutAWholeBlock() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          canvas.settle(0, 0, new long[] {1, 2, 3});
          Plan plan =
              part().plan(new PlanRequest(canvas, engine().random(3, 0), scope().manager()));
          List<Integer> counts = new ArrayList<>();
          for (Step step = plan.next(canvas); step != null; step = plan.next(canvas)) {
            int before = canvas.settled(0);
            Shape shape = new Shape(1, step.slots().count(), 1);
            NDArray tokens = scope().manager().ones(shape).toType(DataType.INT64, false);
            NDArray sure = scope().manager().ones(new Shape(1, step.slots().count()));
            plan.observe(step, Draw.of(tokens, sure.log()), canvas);
            counts.add(canvas.settled(0) - before);
          }
          // Of five slots 2, 2 and 1: two of the first block, all of the second, two of the last.
          assertThat(counts).containsExactly(2, 2, 2, 1, 2);
        });
  }
}
