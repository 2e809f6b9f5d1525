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
import dev.seriatim.kernels.CanvasTensors;
import dev.seriatim.kernels.ImageTensors;

/**
 * Images to a sequence of vectors and back, {@code titok.py}. An image encodes as the mean of its
 * posterior; the kernel's {@code sample} draws from it, given standard normal numbers.
 */
record TitokVectors(Kernel kernel, TitokFactory.Configuration size, Frame frame)
    implements Tokenizer, KernelPart {
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
    NDArray means = kernel.callForOne(scope, "encode_vectors", ImageTensors.upload(images, scope));
    return Canvas.ofVectors(
        layout(), (TokenSpace.Continuous) tokens(), images.samples(), means.toFloatArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray vectors = CanvasTensors.vectors(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(kernel.callForOne(scope, "decode_vectors", vectors, settled));
  }

  @Override
  public void close() {
    kernel.close();
  }
}
