package dev.seriatim.head.categorical.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Weights;
import java.util.HashMap;
import java.util.Map;

/**
 * What heads have in common that give logits: how they draw and score, {@code softmax.py}.
 *
 * @param race whether a token is drawn by an exponential race
 * @param logitConfidence whether a drawn token's confidence is its logit
 */
record Softmax(boolean race, boolean logitConfidence) {
  /** Meaning of the configuration key {@code draw}. */
  static final String DRAW =
      "how a token is drawn: inverse-transform (one random number per codebook) or"
          + " exponential-race (one per id, as torch.multinomial does)";

  /** Default of the key, as JSON. */
  static final String DRAW_DEFAULT = "\"" + Softmax.INVERSE + "\"";

  /** Meaning of the configuration key {@code confidence}. */
  static final String CONFIDENCE =
      "what masked schedulers rank a drawn token by: log-prob or logit";

  /** Default of the key, as JSON. */
  static final String CONFIDENCE_DEFAULT = "\"" + Softmax.LOG_PROB + "\"";

  private static final String INVERSE = "inverse-transform";
  private static final String RACE = "exponential-race";
  private static final String LOG_PROB = "log-prob";
  private static final String LOGIT = "logit";

  private static final KernelSource SOURCE = KernelSource.resource(Softmax.class, "softmax.py");

  /**
   * Reads the configuration.
   *
   * @throws PartException when a value is not one of the known ones
   */
  static Softmax of(String part, String draw, String confidence) {
    boolean knownDraw = draw.equals(RACE) || draw.equals(INVERSE);
    require(knownDraw, part, "draw", INVERSE + " or " + RACE, draw);
    boolean knownConfidence = confidence.equals(LOGIT) || confidence.equals(LOG_PROB);
    require(knownConfidence, part, "confidence", LOG_PROB + " or " + LOGIT, confidence);
    return new Softmax(draw.equals(RACE), confidence.equals(LOGIT));
  }

  /** The text of a head that gives logits. */
  static KernelSource source(String name) {
    return KernelSource.resource(Softmax.class, name).with(SOURCE);
  }

  /**
   * Makes the head of such a text.
   *
   * @param own constants of the text itself
   */
  CategoricalHead head(
      Engine engine,
      KernelSource source,
      TokenSpace.Discrete tokens,
      Map<String, ?> own,
      Weights weights) {
    Map<String, Object> constants = new HashMap<>(own);
    constants.put("codebooks", tokens.codebooks());
    constants.put("vocabulary", tokens.vocabulary());
    constants.put("race", race);
    constants.put("logit_confidence", logitConfidence);
    int numbers = race ? tokens.codebooks() * tokens.vocabulary() : tokens.codebooks();
    return new CategoricalHead(engine.kernel(source, constants, weights), numbers);
  }
}
