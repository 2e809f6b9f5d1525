package dev.seriatim.family.openmagvit2.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.kernels.ImageTensors;
import java.util.function.Function;

/** A recorded case: both sets of weights on images and ids, and the quantiser alone. */
final class OpenMagvit2Case {
  private final RecordedCase recorded;
  private final Function<Boolean, RecordedModel> models;
  private final NDManager scope;

  /**
   * @param models with the averaged weights, or those that were trained
   */
  OpenMagvit2Case(RecordedCase recorded, Function<Boolean, RecordedModel> models) {
    this.recorded = recorded;
    this.models = models;
    this.scope = recorded.scope().manager();
  }

  void run() {
    for (boolean averaged : new boolean[] {false, true}) {
      String name = averaged ? "out.ema." : "out.raw.";
      if (recorded.has(name + "encoder_out")) {
        RecordedModel model = models.apply(averaged);
        reconstruct(model, name);
        if (recorded.has(name + "tokens_quant")) {
          decode(model, name);
          quantize(kernel(model));
        }
      }
    }
  }

  private static Kernel kernel(RecordedModel model) {
    return model.part("tokenizer", KernelPart.class).kernel();
  }

  private void reconstruct(RecordedModel model, String name) {
    Kernel kernel = kernel(model);
    NDArray code = kernel.callForOne(scope, "code", recorded.input("in.images"));
    NDArray signs = kernel.callForOne(scope, "quantize", code);
    recorded.output(name + "encoder_out", code);
    recorded.output(name + "quant", signs);
    recorded.output(name + "indices", ids(kernel, code));
    recorded.output(name + "reconstruction", kernel.callForOne(scope, "paint", signs));
  }

  /** int64 [sample, slot]: each code as one id. */
  private NDArray ids(Kernel kernel, NDArray code) {
    return kernel.callForOne(scope, "tokens", code, whole(code)).squeeze(-1);
  }

  private static long[] whole(NDArray code) {
    return new long[] {code.getShape().get(1)};
  }

  private void decode(RecordedModel model, String name) {
    Kernel kernel = kernel(model);
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    NDArray tokens = recorded.input("in.tokens");
    long[] grid = recorded.input("in.tokens_hw").toLongArray();
    long bits = recorded.recorded(name + "tokens_quant").getShape().get(1);
    NDArray codes = lookup(kernel, tokens, grid[0], bits);
    NDArray pixels = kernel.callForOne(scope, "paint", codes);
    recorded.output(name + "tokens_quant", codes);
    recorded.output(name + "tokens_decoded", pixels);
    NDArray shown =
        tokenizer.layout().equals(new Grid((int) grid[0], (int) grid[1]))
            ? ImageTensors.upload(decoded(kernel, tokenizer, codes), scope)
            : pixels.add(1).div(2);
    recorded.output(name + "tokens_uint8", ImageTensors.truncated(shown));
  }

  private NDArray lookup(Kernel kernel, NDArray ids, long rows, long... bits) {
    NDArray tokens = ids.expandDims(ids.getShape().dimension());
    return kernel.callForOne(scope, "lookup", tokens, bits, rows);
  }

  /** By the tokenizer's own ids, which may be several for each code. */
  private Images decoded(Kernel kernel, Tokenizer tokenizer, NDArray codes) {
    TokenSpace.Discrete space = (TokenSpace.Discrete) tokenizer.tokens();
    NDArray ids = kernel.callForOne(scope, "slot_tokens", codes);
    int samples = (int) codes.getShape().get(0);
    Canvas canvas = Canvas.ofIds(tokenizer.layout(), space, samples, ids.toLongArray());
    return (Images) tokenizer.decode(canvas, scope);
  }

  private void quantize(Kernel kernel) {
    long bits = recorded.recorded("out.index_bits").getShape().get(1);
    NDArray listed = kernel.callForOne(scope, "unpack", recorded.input("in.index_list"), bits);
    recorded.output("out.index_bits", listed);

    NDArray code = recorded.input("in.lfq_input");
    long rows = code.getShape().get(2);
    recorded.output("out.lfq.quantized", kernel.callForOne(scope, "quantize", code));
    recorded.output("out.lfq.indices", ids(kernel, code));
    long first = recorded.recorded("out.lfq.pre_entry").getShape().get(1);
    long[] split = {first, code.getShape().get(1) - first};
    NDArray both = kernel.callForOne(scope, "tokens", code, split);
    NDArray entries = kernel.callForOne(scope, "lookup", both, split, rows);
    recorded.output("out.lfq.indices_pre", both.get(":, :, 0"));
    recorded.output("out.lfq.indices_post", both.get(":, :, 1"));
    recorded.output("out.lfq.pre_entry", entries.get(":, :" + first));
    recorded.output("out.lfq.post_entry", entries.get(":, " + first + ":"));
  }
}
