package dev.seriatim.schedulers.internal;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.schedulers.internal.MaskedBlocksFactory.Configuration;
import dev.seriatim.testkit.SchedulerContract;
import java.util.List;
import java.util.Map;

/** What masked decoding in blocks keeps in every form. */
abstract class MaskedBlocksContract extends SchedulerContract<Configuration> {
  static final int SLOTS = 12;
  static final int VOCABULARY = 5;

  @Override
  protected PartFactory<Scheduler, Configuration> factory() {
    return new MaskedBlocksFactory();
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Sequence(SLOTS), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.ofEntries(
        Map.entry("block-length", new Settings().blocks(-1, 8).with()),
        Map.entry("block-start", new Settings().start("prompt").with()),
        Map.entry("steps", new Settings().blocks(0, -1).with()),
        Map.entry("block-steps", new Settings().blocks(4, 0).blockSteps(5).with()),
        Map.entry("transfer", new Settings().transfer("cosine").with()),
        Map.entry("last-time", new Settings().lastTime(1).with()),
        Map.entry("remasking", new Settings().remasking("best").with()),
        Map.entry("temperature", new Settings().temperature(-1).with()),
        Map.entry("noise", new Settings().noise(-1).with()),
        Map.entry("threshold", new Settings().threshold(1.5).with()),
        Map.entry("commit-gaps", new Settings().commit(List.of(3.0, 2.0), 0).with()),
        Map.entry("commit-answer", new Settings().commit(List.of(), -1).with()),
        Map.entry("confidence-forbids", new Settings().forbids(VOCABULARY).with()),
        Map.entry("training-times", new Settings().times("late").with()));
  }

  /** A configuration, by what differs from the defaults. */
  static final class Settings {
    private int blockLength;
    private String blockStart = "unknown";
    private int steps;
    private int blockSteps;
    private String transfer = "even";
    private double lastTime = 0.001;
    private String remasking = "low-confidence";
    private double temperature = 1;
    private double noise;
    private double threshold;
    private List<Double> gaps = List.of();
    private int answer;
    private List<Integer> forbids = List.of();
    private String times = "spread";

    Settings blocks(int length, int steps) {
      this.blockLength = length;
      this.steps = steps;
      return this;
    }

    Settings blockSteps(int steps) {
      this.blockSteps = steps;
      return this;
    }

    Settings start(String start) {
      this.blockStart = start;
      return this;
    }

    Settings transfer(String transfer) {
      this.transfer = transfer;
      return this;
    }

    Settings lastTime(double time) {
      this.lastTime = time;
      return this;
    }

    Settings remasking(String remasking) {
      this.remasking = remasking;
      return this;
    }

    Settings temperature(double temperature) {
      this.temperature = temperature;
      return this;
    }

    Settings noise(double noise) {
      this.noise = noise;
      return this;
    }

    Settings threshold(double threshold) {
      this.threshold = threshold;
      return this;
    }

    Settings commit(List<Double> gaps, int answer) {
      this.gaps = gaps;
      this.answer = answer;
      return this;
    }

    Settings forbids(int id) {
      this.forbids = List.of(id);
      return this;
    }

    Settings times(String times) {
      this.times = times;
      return this;
    }

    Configuration with() {
      return new Configuration(
          blockLength,
          blockStart,
          steps,
          blockSteps,
          transfer,
          lastTime,
          remasking,
          temperature,
          noise,
          threshold,
          gaps,
          List.of(0.0, 0.33, 0.67),
          answer,
          forbids,
          times);
    }
  }
}
