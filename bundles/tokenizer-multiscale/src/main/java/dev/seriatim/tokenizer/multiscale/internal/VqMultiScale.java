package dev.seriatim.tokenizer.multiscale.internal;

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
 * Images to ids of a pyramid of scales and back (Tian et al., "Visual autoregressive modeling",
 * 2024). The features of a scale are the sum of what all coarser scales add, area-averaged to its
 * resolution; their width is the codes'.
 */
record VqMultiScale(Kernel kernel, VqMultiScaleFactory.Configuration size, Frame frame)
    implements PyramidTokenizer, Objective, KernelPart {
  @Override
  public Pyramid layout() {
    return (Pyramid) frame.layout();
  }

  @Override
  public TokenSpace.Discrete tokens() {
    return (TokenSpace.Discrete) frame.tokens();
  }

  @Override
  public Canvas encode(Media media, NDManager scope) {
    int side = size.imageSize();
    Images images =
        ImageTensors.require(VqMultiScaleFactory.ID, media, size.imageChannels(), side, side);
    NDArray ids = kernel.callForOne(scope, "encode", ImageTensors.upload(images, scope));
    return Canvas.ofIds(layout(), tokens(), images.samples(), ids.toLongArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray ids = CanvasTensors.ids(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(kernel.callForOne(scope, "decode", ids, settled));
  }

  @Override
  public NDArray features(Canvas canvas, int scale, NDManager scope) {
    Objects.checkFromToIndex(1, scale, layout().scales().size() - 1);
    NDArray ids = CanvasTensors.ids(canvas, scope).squeeze(2);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return kernel.callForOne(scope, "features", ids, settled, scale);
  }

  @Override
  public NDArray teaching(NDArray tokens, NDManager scope) {
    return kernel.callForOne(scope, "teaching", tokens.squeeze(2));
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
