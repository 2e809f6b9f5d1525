package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/** Makes {@link BlockDiffusion} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = BlockDiffusionFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"blocks", "masked"})
public final class BlockDiffusionFactory
    implements PartFactory<Scheduler, BlockDiffusionFactory.Configuration> {
  static final String ID = "block-diffusion";

  private static final String ANCESTRAL = "ancestral";
  private static final String FIRST_HITTING = "first-hitting";

  /** Which blocks, how each is denoised, and how training masks. */
  public record Configuration(
      @ConfigKey("slots of a block, 1 to 65536; blocks begin at slot 0") int blockLength,
      @ConfigKey(
              value =
                  "how a block is denoised: first-hitting (a slot for each step, at a time that is"
                      + " drawn; Zheng et al., \"Masked diffusion models are secretly time-agnostic"
                      + " masked models\", 2025) or ancestral (each slot by itself, in as many steps"
                      + " as are configured; Sahoo et al., 2024). In the limit of many steps both"
                      + " draw from the same distribution",
              defaultValue = "\"" + FIRST_HITTING + "\"")
          String method,
      @ConfigKey(
              value = "largest number of steps of a block, 1 to 65536, for method ancestral",
              defaultValue = "1000")
          int steps,
      @ConfigKey(
              value =
                  "id that stands for an unknown slot and is never settled; -1 for the last one",
              defaultValue = "-1")
          int maskId,
      @ConfigKey(
              value = "least share of a block that is masked in training, above 0 to largest-time",
              defaultValue = "0.001")
          double leastTime,
      @ConfigKey(value = "largest share of it, up to 1", defaultValue = "1") double largestTime) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration c, Frame frame) {
    boolean length = c.blockLength >= 1 && c.blockLength <= 65536;
    require(length, ID, "block-length", "1 to 65536", c.blockLength);
    require(c.steps >= 1 && c.steps <= 65536, ID, "steps", "1 to 65536", c.steps);
    boolean ancestral = c.method.equals(ANCESTRAL);
    if (!ancestral && !c.method.equals(FIRST_HITTING)) {
      throw PartException.of(ID, "method", FIRST_HITTING + " or " + ANCESTRAL, c.method);
    }
    TokenSpace.Discrete tokens = frame.discrete(ID);
    require(tokens.codebooks() == 1, ID, "tokens", "one codebook per slot", tokens.codebooks());
    int vocabulary = tokens.vocabulary();
    boolean known = c.maskId >= -1 && c.maskId < vocabulary;
    require(known, ID, "mask-id", "-1 to " + (vocabulary - 1), c.maskId);
    boolean late = c.largestTime > 0 && c.largestTime <= 1;
    require(late, ID, "largest-time", "above 0 up to 1", c.largestTime);
    boolean early = c.leastTime > 0 && c.leastTime <= c.largestTime;
    require(early, ID, "least-time", "above 0 to largest-time", c.leastTime);
    BlockDiffusion scheduler =
        new BlockDiffusion(
            c.blockLength,
            ancestral ? c.steps : 0,
            c.maskId == -1 ? vocabulary - 1 : c.maskId,
            c.leastTime,
            c.largestTime);
    return Blueprint.weightless(frame, () -> scheduler);
  }
}
