package dev.seriatim.tokenizer.titok.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Layout;
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

/** Images to a sequence of ids and back, {@code titok.py}. */
record TitokIds(Kernel kernel, TitokFactory.Configuration size, Frame frame)
    implements Tokenizer, KernelPart, Objective {
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
    Images images = ImageTensors.require(TitokFactory.ID, media, 3, size.height(), size.width());
    NDArray ids = kernel.callForOne(scope, "encode_ids", ImageTensors.upload(images, scope));
    return Canvas.ofIds(
        layout(), (TokenSpace.Discrete) tokens(), images.samples(), ids.toLongArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray ids = CanvasTensors.ids(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(kernel.callForOne(scope, "decode_ids", ids, settled));
  }

  @Override
  public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
    return kernel.callForOne(scope, "loss", images, size.commitment());
  }

  @Override
  public Images show(Images images, NDManager scope) {
    return decode(encode(images, scope), scope);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
