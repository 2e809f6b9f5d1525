package dev.seriatim.schedulers.speculative.internal;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Drafter;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.PlanRequest;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.speculative.internal.SpeculativeFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SpeculativeTest extends SchedulerContract<Configuration> {
  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new SpeculativeFactory();
  }

  @Override
  protected Configuration configuration() {
    return new Configuration(4, "coupled");
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE).with(new Grid(3, 4), new TokenSpace.Discrete(5, 2));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "length", new Configuration(0, "coupled"),
        "acceptance", new Configuration(4, "always"));
  }

  @Override
  protected boolean drawsAgain() {
    return true;
  }

  /** A draft that is right about every other slot. */
  @Override
  protected Drafter drafter() {
    return (canvas, slots, scope) -> {
      int codebooks = canvas.tokenSpace().numbersPerSlot();
      long[] ids = new long[canvas.samples() * slots.count() * codebooks];
      for (int i = 0; i < ids.length; i++) {
        int cell = i / codebooks;
        int slot = slots.slot(cell / slots.count(), cell % slots.count());
        ids[i] = slot % 2 == 0 ? slot % 5 : 0;
      }
      return new Drafter.Drafted(ids, null);
    };
  }

  @Test
  @DisplayName("6 Says no clearly: a model without a draft")
  void refusesModelsWithoutADraft() throws Exception {
    onEngine(
        () -> {
          Canvas canvas = Canvas.blank(frame().layout(), frame().tokens(), 1);
          PlanRequest request = new PlanRequest(canvas, engine().random(1, 0), scope().manager());
          assertThatThrownBy(() -> part().plan(request))
              .isInstanceOf(PartException.class)
              .hasMessageContaining("draft-backbone and draft-head");
        });
  }
}
