package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.internal.BlockDiffusionFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.Map;

/** What block diffusion keeps by every method. */
abstract class BlockDiffusionContract extends SchedulerContract<Configuration> {
  static final int SLOTS = 10;
  static final int BLOCK = 4;
  static final int VOCABULARY = 12;
  static final int MASK = VOCABULARY - 1;

  private final String method;

  BlockDiffusionContract(String method) {
    this.method = method;
  }

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new BlockDiffusionFactory();
  }

  @Override
  protected Configuration configuration() {
    return with(BLOCK, method, 9, -1, 0.25, 0.5);
  }

  static Configuration with(
      int length, String method, int steps, int mask, double least, double largest) {
    return new Configuration(length, method, steps, mask, least, largest);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Sequence(SLOTS), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "block-length", with(0, method, 9, -1, 0.25, 0.5),
        "method", with(BLOCK, "ddim", 9, -1, 0.25, 0.5),
        "steps", with(BLOCK, method, 0, -1, 0.25, 0.5),
        "mask-id", with(BLOCK, method, 9, VOCABULARY, 0.25, 0.5),
        "least-time", with(BLOCK, method, 9, -1, 0, 0.5),
        "largest-time", with(BLOCK, method, 9, -1, 0.25, 1.5));
  }
}
