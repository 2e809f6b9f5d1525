package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Tokenizer;

/**
 * Encodes each batch when it is needed, and keeps nothing.
 *
 * @param tokenizer that encodes
 * @param source of the images
 */
record FreshTokens(Tokenizer tokenizer, ImageSource source) implements TokenSource {
  @Override
  public NDArray tokens(int[] indices, int[] shifts, NDManager manager) {
    Canvas canvas = tokenizer.encode(source.images(indices, shifts), manager);
    int slots = tokenizer.layout().slots();
    int numbers = tokenizer.tokens().numbersPerSlot();
    return tokenizer.tokens() instanceof TokenSpace.Discrete
        ? Uploads.of(canvas.ids(), manager, indices.length, slots, numbers)
        : Uploads.of(canvas.vectors(), manager, indices.length, slots, numbers);
  }
}
