package dev.seriatim.api.part;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Slots;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model's smaller companion over the same tokens, which runs ahead on a canvas of its own. What
 * it proposes is for plans to verify. Engine thread.
 */
@ProviderType
public interface Drafter {
  /**
   * Proposes a token for each of some slots, one slot after the other: each is drawn given what is
   * settled on the canvas and what was drafted before it, under the guides of the request and with
   * the random numbers of step 0, as plain decoding would draw it. Slots that are settled already
   * keep their token.
   *
   * @param canvas of the request; it is not written to
   * @param slots in the order in which they are drafted
   * @param scope owns the result
   * @throws PartException when the draft has no categorical distribution
   */
  Drafted draft(Canvas canvas, Slots slots, NDManager scope);

  /**
   * What was drafted.
   *
   * @param ids int64 [sample, slot, codebook], row-major
   * @param logits float32 [sample, slot, codebook, vocabulary]: from what each id was drawn
   */
  record Drafted(long[] ids, NDArray logits) {}
}
