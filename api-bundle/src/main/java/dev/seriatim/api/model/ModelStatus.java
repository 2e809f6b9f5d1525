package dev.seriatim.api.model;

import java.util.List;

/**
 * A model in a running framework.
 *
 * @param descriptor the model
 * @param state where it stands
 * @param reason why it is not ready, in one sentence; empty when it is
 * @param bundle symbolic name and version of its bundle
 * @param parts those that it is, or would be, wired to
 */
public record ModelStatus(
    ModelDescriptor descriptor,
    State state,
    String reason,
    String bundle,
    List<PartDescription> parts) {
  /** Where a model stands. */
  public enum State {
    /** A part is missing or does not fit; the reason says which. */
    UNWIRED,
    /** All parts are there; weights load with the first request. */
    READY,
    /** Weights are loaded. */
    WIRED,
    /** Wiring was tried and failed; the reason says why. */
    FAILED
  }
}
