package dev.seriatim.tokenizer.vq.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.training.Objective;
import dev.seriatim.kernels.CanvasTensors;
import dev.seriatim.kernels.ImageTensors;

/**
 * Images to a grid of ids and back: the VQ-GAN (Esser et al., "Taming transformers for
 * high-resolution image synthesis", 2021), trained here without its discriminator.
 */
record VqGan(Kernel kernel, VqGanFactory.Configuration size, Frame frame)
    implements Tokenizer, Objective, KernelPart {
  @Override
  public Grid layout() {
    return (Grid) frame.layout();
  }

  @Override
  public TokenSpace.Discrete tokens() {
    return (TokenSpace.Discrete) frame.tokens();
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    Images images =
        ImageTensors.require(
            VqGanFactory.ID, media, size.imageChannels(), size.height(), size.width());
    NDArray ids = kernel.callForOne(scope, "encode", ImageTensors.upload(images, scope));
    return Canvas.ofIds(layout(), tokens(), images.samples(), ids.toLongArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray ids = CanvasTensors.ids(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(kernel.callForOne(scope, "decode", ids, settled, layout().rows()));
  }

  @Override
  public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
    return kernel.callForOne(scope, "loss", images, layout().rows());
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
