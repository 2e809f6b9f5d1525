package dev.seriatim.api.weights;

/** How training starts a parameter. */
public sealed interface Initializer {
  /** Every element has this value. */
  record Constant(float value) implements Initializer {}

  /** Normal with mean 0 and this standard deviation. */
  record Normal(float deviation) implements Initializer {}

  /** Uniform in [-bound, bound). */
  record Uniform(float bound) implements Initializer {}

  /** All zero. */
  static Initializer zeros() {
    return new Constant(0f);
  }

  /** All one. */
  static Initializer ones() {
    return new Constant(1f);
  }

  /**
   * Normal with deviation sqrt(2 / fanIn), for layers before a rectifier (He et al., "Delving deep
   * into rectifiers", 2015).
   */
  static Initializer he(long fanIn) {
    return new Normal((float) Math.sqrt(2.0 / fanIn));
  }
}
