package dev.seriatim.tokenizer.kl.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.media.Media;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.PyramidTokenizer;
import dev.seriatim.api.training.Objective;
import dev.seriatim.kernels.CanvasTensors;
import dev.seriatim.kernels.ImageTensors;
import java.util.Objects;

/**
 * Images to a pyramid of continuous tokens and back (Ren et al., "FlowAR: scale-wise autoregressive
 * image generation meets flow matching", 2024): every scale holds the whole map of latents at its
 * resolution, and the last one is the result. The features of a scale are the tokens of the scale
 * before it, enlarged and area-averaged to its resolution. Encoding gives the mean of the
 * posterior, since it has no random numbers; the kernel's {@code posterior} draws with given noise.
 */
record KlPyramid(Kernel kernel, KlPyramidFactory.Configuration size, Frame frame)
    implements PyramidTokenizer, Objective, KernelPart {
  @Override
  public Pyramid layout() {
    return (Pyramid) frame.layout();
  }

  @Override
  public TokenSpace.Continuous tokens() {
    return (TokenSpace.Continuous) frame.tokens();
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    int side = size.imageSize();
    Images images =
        ImageTensors.require(KlPyramidFactory.ID, media, size.imageChannels(), side, side);
    NDArray tokens = kernel.callForOne(scope, "encode", ImageTensors.upload(images, scope));
    return Canvas.ofVectors(layout(), tokens(), images.samples(), tokens.toFloatArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray tokens = CanvasTensors.vectors(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(kernel.callForOne(scope, "decode", tokens, settled));
  }

  @Override
  public NDArray features(Canvas canvas, int scale, NDManager scope) {
    Objects.checkFromToIndex(1, scale, layout().scales().size() - 1);
    return kernel.callForOne(scope, "features", CanvasTensors.vectors(canvas, scope), scale);
  }

  @Override
  public NDArray teaching(NDArray tokens, NDManager scope) {
    return kernel.callForOne(scope, "teaching", tokens);
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
