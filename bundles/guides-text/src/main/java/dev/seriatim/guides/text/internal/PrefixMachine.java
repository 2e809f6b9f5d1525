package dev.seriatim.guides.text.internal;

import java.util.BitSet;

/**
 * Reads the ids of a text from left to right and says which may follow.
 *
 * @param <S> what it knows of the ids that it has read; immutable
 */
interface PrefixMachine<S> {
  /** Nothing is read yet. */
  S start();

  /** One id more. */
  S next(S state, long id);

  /** The ids that may follow; null for all. The caller does not change it. */
  BitSet allowed(S state);
}
