package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.PartException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How the guidance scale grows from 1 to what it is set to: the published forms, by name. */
enum GuidanceSchedule {
  /** The full scale throughout (Ho and Salimans, "Classifier-free diffusion guidance", 2022). */
  CONSTANT("constant") {
    @Override
    double share(Moment at, double power) {
      return 1;
    }
  },
  /**
   * With the share of the slots that are settled before the step (Chang et al., "Muse:
   * text-to-image generation via masked generative transformers", 2023).
   */
  LINEAR("linear") {
    @Override
    double share(Moment at, double power) {
      return at.before();
    }
  },
  /**
   * With the share of the slots that are settled after the step (Li et al., "Autoregressive image
   * generation without vector quantization", 2024).
   */
  LINEAR_AFTER("linear-after") {
    @Override
    double share(Moment at, double power) {
      return at.after();
    }
  },
  /**
   * With the place of the step among all steps, none in the first and in full in the last (Tian et
   * al., "Visual autoregressive modeling: scalable image generation via next-scale prediction",
   * 2024; Ren et al., "FlowAR: scale-wise autoregressive image generation meets flow matching",
   * 2024).
   */
  LINEAR_BY_STEP("linear-by-step") {
    @Override
    double share(Moment at, double power) {
      return at.place();
    }
  },
  /** Half a cosine over the share of the slots that are settled before the step. */
  COSINE("cosine") {
    @Override
    double share(Moment at, double power) {
      return halfCosine(at.before());
    }
  },
  /**
   * Half a cosine over a power of that share (Gao et al., "Masked diffusion transformer is a strong
   * image synthesizer", 2023; Yu et al., "Randomized autoregressive visual generation", 2024).
   * Power 0 is constant.
   */
  POWER_COSINE("power-cosine") {
    @Override
    double share(Moment at, double power) {
      return halfCosine(Math.pow(at.before(), power));
    }
  };

  private final String id;

  GuidanceSchedule(String id) {
    this.id = id;
  }

  /**
   * The share of the guidance that applies: 0 is none (scale 1), 1 the full scale.
   *
   * @param power exponent, for {@link #POWER_COSINE}
   */
  abstract double share(Moment at, double power);

  /**
   * The schedule of a name.
   *
   * @throws PartException when there is none
   */
  static GuidanceSchedule of(String part, String name) {
    String known = Arrays.stream(values()).map(s -> s.id).collect(Collectors.joining(", "));
    return Arrays.stream(values())
        .filter(schedule -> schedule.id.equals(name))
        .findFirst()
        .orElseThrow(() -> PartException.of(part, "schedule", "one of " + known, name));
  }

  /** Refuses an exponent that this schedule has no use for. */
  void checkPower(String part, double power) {
    boolean fits = this == POWER_COSINE ? power >= 0 && Double.isFinite(power) : power == 1;
    String expected =
        this == POWER_COSINE ? "a number of at least 0" : "1 in all schedules but power-cosine";
    require(fits, part, "power", expected, power);
  }

  private static double halfCosine(double x) {
    return (1 - Math.cos(Math.PI * x)) / 2;
  }
}
