package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A weight and its packed form. Each is there once somebody wants it; the plain one at first. */
final class SharedWeight {
  private final WeightPacking packing;
  private final NDManager owner;
  private NDArray plain;
  private NDArray packed;
  private boolean plainInUse;

  SharedWeight(NDArray plain, WeightPacking packing, NDManager owner) {
    this.plain = plain;
    this.packing = packing;
    this.owner = owner;
  }

  /** As it was read. */
  NDArray plain() {
    if (plain == null) {
      plain = packing.unpack(packed, owner);
    }
    plainInUse = true;
    return plain;
  }

  /**
   * For multiplication alone; as it was read where that is as good. A plain form that nobody has
   * asked for goes, so that memory holds one.
   */
  NDArray forLinear() {
    if (packed == null && !packing.fits(plain)) {
      return plain();
    }
    if (packed == null) {
      packed = packing.pack(plain, owner);
      if (!plainInUse) {
        plain.close();
        plain = null;
      }
    }
    return packed;
  }

  void close() {
    if (plain != null) {
      plain.close();
    }
    if (packed != null) {
      packed.close();
    }
  }
}
