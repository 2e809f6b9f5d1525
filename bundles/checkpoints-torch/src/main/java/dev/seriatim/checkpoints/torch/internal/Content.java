package dev.seriatim.checkpoints.torch.internal;

import java.util.Map;

/**
 * What a file holds.
 *
 * @param root the value that was saved
 * @param storages where the bytes of each storage lie, by its key; of the declared lengths
 */
record Content(Value root, Map<String, Region> storages) {
  /** Largest pickle, in bytes. */
  static final int LARGEST_PICKLE = 64 << 20;
}
