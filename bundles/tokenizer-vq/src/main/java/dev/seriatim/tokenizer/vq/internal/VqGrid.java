package dev.seriatim.tokenizer.vq.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.Objective;
import dev.seriatim.kernels.CanvasTensors;
import dev.seriatim.kernels.ImageTensors;

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
    Images images =
        ImageTensors.require(
            VqGridFactory.ID, media, size.imageChannels(), size.height(), size.width());
    NDArray ids = kernel.callForOne(scope, "encode", ImageTensors.upload(images, scope));
    return Canvas.ofIds(
        layout(), (TokenSpace.Discrete) tokens(), images.samples(), ids.toLongArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray ids = CanvasTensors.ids(canvas, scope);
    NDArray known = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(
        kernel.callForOne(scope, "decode", ids, known, size.grid().rows()));
  }

  @Override
  public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
    return kernel.callForOne(scope, "loss", images, size.grid().rows());
  }

  /** Originals, then their reconstructions. */
  @Override
  public Images show(Images images, NDManager scope) {
    return ImageTensors.join(images, decode(encode(images, scope), scope));
  }

  @Override
  public void close() {
    kernel.close();
  }
}
