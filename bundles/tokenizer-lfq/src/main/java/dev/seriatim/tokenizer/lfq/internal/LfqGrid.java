package dev.seriatim.tokenizer.lfq.internal;

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
 * Images to a grid of binary codes and back, without a codebook (Yu et al., "Language model beats
 * diffusion: tokenizer is key to visual generation", 2024; Luo et al., "Open-MAGVIT2", 2024),
 * {@code lfq_grid.py}. A slot holds the code as one id, or as one id for each group of its bits.
 */
record LfqGrid(Kernel kernel, LfqGridFactory.Configuration size, Frame frame)
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
    Images images =
        ImageTensors.require(
            LfqGridFactory.ID, media, size.imageChannels(), size.height(), size.width());
    NDArray ids = kernel.callForOne(scope, "encode", ImageTensors.upload(images, scope));
    return Canvas.ofIds(
        layout(), (TokenSpace.Discrete) tokens(), images.samples(), ids.toLongArray());
  }

  @Override
  public Images decode(Canvas canvas, NDManager scope) {
    NDArray ids = CanvasTensors.ids(canvas, scope);
    NDArray settled = CanvasTensors.settled(canvas, scope);
    return ImageTensors.download(
        kernel.callForOne(scope, "decode", ids, settled, size.grid().rows()));
  }

  @Override
  public void close() {
    kernel.close();
  }
}
