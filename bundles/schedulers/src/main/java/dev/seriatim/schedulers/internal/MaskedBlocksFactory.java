package dev.seriatim.schedulers.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link MaskedBlocks} schedulers. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = MaskedBlocksFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "masked")
public final class MaskedBlocksFactory
    implements PartFactory<Scheduler, MaskedBlocksFactory.Configuration> {
  static final String ID = "masked.blocks";

  /** Which blocks, how many steps, what settles in each, and when it ends early. */
  public record Configuration(
      @ConfigKey(
              value = "slots of a block; 0 for one block of all that is unknown",
              defaultValue = "0")
          int blockLength,
      @ConfigKey(
              value =
                  "where blocks begin: unknown (at each sample's first unknown slot) or layout (at"
                      + " multiples of their length)",
              defaultValue = "\"unknown\"")
          String blockStart,
      @ConfigKey(
              value =
                  "number of steps in all, shared out evenly among the blocks (rounded down, one for"
                      + " each at least), up to 65536; 0 for as many as there are unknown slots",
              defaultValue = "0")
          int steps,
      @ConfigKey(
              value =
                  "number of steps of each block, among which a whole block is shared out (Cheng et"
                      + " al., \"SDAR\", 2025), up to its slots; 0 where steps says it",
              defaultValue = "0")
          int blockSteps,
      @ConfigKey(
              value =
                  "how many slots settle in each step of a block: even (as many in each; Nie et al.,"
                      + " 2025), timesteps (the share that masked diffusion expects; Ye et al., 2025)"
                      + " or independent (each slot by itself with that probability)",
              defaultValue = "\"even\"")
          String transfer,
      @ConfigKey(
              value = "time of the end of the last step, for transfer timesteps and independent",
              defaultValue = "0.001")
          double lastTime,
      @ConfigKey(
              value =
                  "which slots stay unknown: those of low-confidence (probability of the token),"
                      + " least margin (between the two most probable tokens), highest entropy, or"
                      + " random ones",
              defaultValue = "\"low-confidence\"")
          String remasking,
      @ConfigKey(
              value =
                  "temperature at which tokens are drawn, at least 0; confidences are those without"
                      + " it",
              defaultValue = "1")
          double temperature,
      @ConfigKey(
              value = "temperature of Gumbel noise on confidences, at least 0",
              defaultValue = "0")
          double noise,
      @ConfigKey(
              value =
                  "confidence from which slots settle beyond the number that a step settles anyhow,"
                      + " above 0 to 1 (Wu et al., \"Fast-dLLM\", 2025); 0 for none",
              defaultValue = "0")
          double threshold,
      @ConfigKey(
              value =
                  "least mean distance of the two largest logits, one for each phase, from which all"
                      + " that is unknown is taken (Li et al., \"Diffusion language models know the"
                      + " answer before decoding\", 2025: 7.5, 5, 2.5); empty for never",
              defaultValue = "[]")
          List<Double> commitGaps,
      @ConfigKey(
              value = "share of the steps at which each phase of commit-gaps begins, ascending",
              defaultValue = "[0, 0.33, 0.67]")
          List<Double> commitFrom,
      @ConfigKey(
              value = "the last slots, so many, that commit-gaps looks at; 0 for all",
              defaultValue = "0")
          int commitAnswer,
      @ConfigKey(
              value = "ids that are taken to have no probability when confidences are measured",
              defaultValue = "[]")
          List<Integer> confidenceForbids,
      @ConfigKey(
              value =
                  "times at which the samples of a batch are masked in training: spread (evenly) or"
                      + " independent",
              defaultValue = "\"spread\"")
          String trainingTimes) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration c, Frame frame) {
    require(c.blockLength >= 0, ID, "block-length", "at least 0", c.blockLength);
    require(c.steps >= 0 && c.steps <= 65536, ID, "steps", "0 to 65536", c.steps);
    boolean shared = c.blockSteps >= 0 && c.blockSteps <= c.blockLength;
    require(shared, ID, "block-steps", "0 to block-length", c.blockSteps);
    boolean once = c.steps == 0 || c.blockSteps == 0;
    require(once, ID, "steps", "0 where block-steps is given", c.steps);
    require(c.lastTime >= 0 && c.lastTime < 1, ID, "last-time", "0 to below 1", c.lastTime);
    boolean hot = c.temperature >= 0 && Double.isFinite(c.temperature);
    require(hot, ID, "temperature", "a number of at least 0", c.temperature);
    boolean noisy = c.noise >= 0 && Double.isFinite(c.noise);
    require(noisy, ID, "noise", "a number of at least 0", c.noise);
    boolean probability = c.threshold >= 0 && c.threshold <= 1;
    require(probability, ID, "threshold", "0 to 1", c.threshold);
    boolean aligned = choice("block-start", c.blockStart, "layout", "unknown");
    boolean spread = choice("training-times", c.trainingTimes, "spread", "independent");
    Sureness sureness = Sureness.of(ID, c.remasking);
    checkForbidden(c.confidenceForbids, frame.discrete(ID).vocabulary());
    MaskedBlocks scheduler =
        new MaskedBlocks(
            c.blockLength,
            aligned,
            c.steps,
            c.blockSteps,
            Transfer.of(ID, c.transfer),
            c.lastTime,
            new SureDraw(ID, c.temperature, sureness, List.copyOf(c.confidenceForbids)),
            c.noise,
            c.threshold == 0 ? Double.POSITIVE_INFINITY : c.threshold,
            new EarlyCommit(c.commitGaps, c.commitFrom, c.commitAnswer).checked(ID),
            spread);
    return Blueprint.weightless(frame, () -> scheduler);
  }

  /** Whether a key has the first of its two values. */
  private static boolean choice(String key, String found, String first, String second) {
    if (!found.equals(first) && !found.equals(second)) {
      throw PartException.of(ID, key, first + " or " + second, found);
    }
    return found.equals(first);
  }

  private static void checkForbidden(List<Integer> ids, int vocabulary) {
    boolean known = ids.stream().allMatch(id -> id >= 0 && id < vocabulary);
    require(known, ID, "confidence-forbids", "ids from 0 to " + (vocabulary - 1), ids);
  }
}
