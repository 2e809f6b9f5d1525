package dev.seriatim.tokenizer.vq.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.Objective;

/**
 * Images to a grid of ids and back: a VQ-VAE (van den Oord et al., "Neural discrete representation
 * learning", 2017) with a codebook on the unit sphere.
 */
record VqGrid(Kernel kernel, VqGridFactory.Configuration size, Frame frame)
    implements Tokenizer, Objective {
  @Override
  public Layout layout() {
    return frame.layout();
  }

  @Override
  public TokenSpace tokens() {
    return frame.tokens();
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    if (!(media instanceof Images images)
        || images.height() != size.height()
        || images.width() != size.width()
        || images.channels() != size.imageChannels()) {
      throw PartException.of(
          VqGridFactory.ID,
          "media",
          "images of " + size.imageChannels() + "×" + size.height() + "×" + size.width(),
          String.valueOf(media));
    }
    NDArray ids = kernel.callForOne(scope, "encode", upload(images, scope));
    return Canvas.ofIds(
        layout(), (TokenSpace.Discrete) tokens(), images.samples(), ids.toLongArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    int slots = layout().slots();
    boolean[] settled = new boolean[canvas.samples() * slots];
    for (int i = 0; i < settled.length; i++) {
      settled[i] = canvas.isSettled(i / slots, i % slots);
    }
    NDArray ids = scope.create(canvas.ids(), new Shape(canvas.samples(), slots, 1));
    NDArray known = scope.create(settled, new Shape(canvas.samples(), slots));
    return download(kernel.callForOne(scope, "decode", ids, known, size.grid().rows()));
  }

  @Override
  public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
    return kernel.callForOne(scope, "loss", images, size.grid().rows());
  }

  /** Originals, then their reconstructions. */
  @Override
  public Images show(Images images, NDManager scope) {
    Images reconstructed = decode(encode(images, scope), scope);
    float[] both = new float[2 * images.pixels().length];
    System.arraycopy(images.pixels(), 0, both, 0, images.pixels().length);
    System.arraycopy(
        reconstructed.pixels(), 0, both, images.pixels().length, images.pixels().length);
    return new Images(
        2 * images.samples(), images.channels(), images.height(), images.width(), both);
  }

  @Override
  public void close() {
    kernel.close();
  }

  private static NDArray upload(Images images, NDManager scope) {
    return scope.create(
        images.pixels(),
        new Shape(images.samples(), images.channels(), images.height(), images.width()));
  }

  private static Images download(NDArray pixels) {
    long[] shape = pixels.getShape().getShape();
    return new Images(
        (int) shape[0], (int) shape[1], (int) shape[2], (int) shape[3], pixels.toFloatArray());
  }
}
