package dev.seriatim.tokenizer.kl.internal;

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
 * Images to a grid of continuous tokens and back: the latents of a variational autoencoder, a patch
 * of them to a token. Encoding gives the mean of the posterior, since it has no random numbers; the
 * kernel's {@code posterior} draws with given noise.
 */
record KlGrid(Kernel kernel, KlGridFactory.Configuration size, Frame frame)
    implements Tokenizer, Objective, KernelPart {
  @Override
  public Grid layout() {
    return (Grid) frame.layout();
  }

  @Override
  public TokenSpace.Continuous tokens() {
    return (TokenSpace.Continuous) frame.tokens();
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    Images images =
        ImageTensors.require(
            KlGridFactory.ID, media, size.imageChannels(), size.height(), size.width());
    NDArray tokens = kernel.callForOne(scope, "encode", ImageTensors.upload(images, scope));
    return Canvas.ofVectors(layout(), tokens(), images.samples(), tokens.toFloatArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray tokens = CanvasTensors.vectors(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(
        kernel.callForOne(scope, "decode", tokens, settled, layout().rows()));
  }

  @Override
  public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
    return kernel.callForOne(scope, "loss", images);
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
