package dev.seriatim.kernels;

import dev.seriatim.api.engine.KernelSource;

/**
 * Texts whose methods a kernel takes in: {@code KernelSource.resource(…).with(TRANSFORMER)}. They
 * hold no weights; a method is handed what it needs.
 */
public final class KernelLibrary {
  /**
   * Norms, attention, rotary positions, gated feed-forward layers, adaptive modulation: {@code
   * transformer.py}.
   */
  public static final KernelSource TRANSFORMER =
      KernelSource.resource(KernelLibrary.class, "transformer.py");

  private KernelLibrary() {}
}
