package dev.seriatim.schedulers.speculative.internal;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Weights;

/** How guesses are verified, see {@link VerifyingPlan}. */
enum Acceptance {
  /** With the random numbers of plain decoding. */
  COUPLED,
  /** By the ratio of probabilities. */
  RESIDUAL;

  /** Meaning of the configuration key {@code acceptance}. */
  static final String MEANING =
      "coupled (the very tokens that plain decoding draws) or residual (accepted by the ratio of"
          + " probabilities, distributed as plain decoding's)";

  /** Default of the key, as JSON. */
  static final String DEFAULT = "\"coupled\"";

  /**
   * Reads the configuration.
   *
   * @throws PartException when the value is not a known one
   */
  static Acceptance of(String part, String name) {
    return switch (name) {
      case "coupled" -> COUPLED;
      case "residual" -> RESIDUAL;
      default -> throw PartException.of(part, "acceptance", "coupled or residual", name);
    };
  }

  /** What residual acceptance computes with; null for coupled. Engine thread. */
  Residual build(Engine engine, Weights none) {
    return this == RESIDUAL ? new Residual(engine, none) : null;
  }
}
