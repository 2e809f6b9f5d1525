package dev.seriatim.runtime.internal.wiring;

import java.util.concurrent.atomic.AtomicBoolean;

/** A hold on a wiring: its parts stay open until the lease is closed. Any thread. */
public final class Lease implements AutoCloseable {
  private final Wiring wiring;
  private final AtomicBoolean returned = new AtomicBoolean();

  Lease(Wiring wiring) {
    this.wiring = wiring;
  }

  /** What is leased. */
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void close() {
    if (returned.compareAndSet(false, true)) {
      wiring.returned();
    }
  }
}
