package dev.seriatim.head.categorical.internal;

/** Without a bias, drawing by a race, ranked by logits. */
class ExponentialRaceTest extends CategoricalHeadContract {
  ExponentialRaceTest() {
    super(1, new CategoricalHeadFactory.Configuration(false, "exponential-race", "logit"));
  }
}
