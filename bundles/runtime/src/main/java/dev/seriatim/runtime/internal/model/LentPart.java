package dev.seriatim.runtime.internal.model;

import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.Part;
import dev.seriatim.runtime.internal.wiring.Lease;

/** A part and the lease on the wiring that it belongs to. */
record LentPart<P extends Part>(P part, PartDescription description, Lease lease)
    implements PartLease<P> {
  @Override
  public void close() {
    lease.close();
  }
}
