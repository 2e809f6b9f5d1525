package dev.seriatim.tokenizer.maskgit.internal;

import static dev.seriatim.api.weights.Initializer.he;
import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import dev.seriatim.kernels.MaskgitDecoder;
import dev.seriatim.kernels.MaskgitDecoder.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The autoencoder laid out for one size of image. */
record VqMaskgitBlueprint(VqMaskgitFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource SOURCE =
      KernelSource.resource(VqMaskgitBlueprint.class, "vq_maskgit.py")
          .with(KernelLibrary.MASKGIT_DECODER)
          .with(KernelLibrary.CONVOLUTION);

  @Override
  public List<Parameter> parameters() {
    MaskgitDecoder decoder = size.decoder();
    List<Parameter> all = new ArrayList<>();
    Initializer spread = new Initializer.Uniform(1f / size.vocabulary());
    all.add(plain("codebook", spread, size.vocabulary(), size.codeWidth()));
    int stem = size.stemWidth();
    int channels = size.imageChannels();
    all.add(decayed("from_pixel_w", he(9L * channels), stem, channels, 3, 3));
    all.add(plain("code_norm_w", ones(), decoder.deepest()));
    all.add(plain("code_norm_b", zeros(), decoder.deepest()));
    all.add(decayed("to_code_w", he(decoder.deepest()), size.codeWidth(), decoder.deepest(), 1, 1));
    all.add(plain("to_code_b", zeros(), size.codeWidth()));
    all.addAll(decoder.parameters(blocks()));
    return List.copyOf(all);
  }

  /** The decoder's residual blocks, then the encoder's: its levels from fine to coarse, middle. */
  private List<Block> blocks() {
    List<Block> all = new ArrayList<>(size.decoder().blockSizes());
    int width = size.stemWidth();
    for (int channels : size.channels()) {
      for (int block = 0; block < size.blocks(); block++) {
        all.add(new Block(width, channels));
        width = channels;
      }
    }
    for (int block = 0; block < size.blocks(); block++) {
      all.add(new Block(width, width));
    }
    return all;
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>(size.decoder().constants(blocks()));
    constants.put("commitment", size.commitment());
    return new VqMaskgit(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
