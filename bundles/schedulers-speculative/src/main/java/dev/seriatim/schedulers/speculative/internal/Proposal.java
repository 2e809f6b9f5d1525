package dev.seriatim.schedulers.speculative.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.canvas.Slots;

/**
 * Guessed tokens.
 *
 * @param slots a window, or the beginning of one
 * @param ids int64 [sample, slot, codebook], row-major
 * @param probabilities float64 [sample, slot, codebook, vocabulary]: from what each id was drawn;
 *     null where each was the only choice, or where nobody asks
 */
record Proposal(Slots slots, long[] ids, NDArray probabilities) {}
