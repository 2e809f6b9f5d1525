package dev.seriatim.tokenizer.titok.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import dev.seriatim.kernels.MaskgitDecoder;
import dev.seriatim.tokenizer.titok.internal.TitokFactory.Transformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Both transformers laid out for one size of image and one number of tokens. */
record TitokBlueprint(TitokFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource COMMON =
      KernelSource.resource(TitokBlueprint.class, "titok.py");
  private static final KernelSource DIRECT = source("titok_direct.py");
  private static final KernelSource CODEBOOK =
      source("titok_codebook.py").with(KernelLibrary.MASKGIT_DECODER);

  /** Of all matrices (Yu et al., 2024, follow the usual start of vision transformers). */
  private static final Initializer NARROW = new Initializer.Normal(0.02f);

  private static KernelSource source(String name) {
    return KernelSource.resource(TitokBlueprint.class, name)
        .with(COMMON)
        .with(KernelLibrary.TRANSFORMER)
        .with(KernelLibrary.CONVOLUTION);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    if (size.hasIds()) {
      Initializer spread = new Initializer.Uniform(1f / size.vocabulary());
      all.add(plain("codebook", spread, size.vocabulary(), size.codeWidth()));
    }
    encoder(all);
    decoder(all);
    norms(all, 0, size.encoder());
    norms(all, 1, size.decoder());
    int layers = size.encoder().layers();
    for (int i = 0; i < layers; i++) {
      layer(all, "." + i, size.encoder().width());
    }
    for (int i = 0; i < size.decoder().layers(); i++) {
      layer(all, "." + (layers + i), size.decoder().width());
    }
    if (size.mixes()) {
      mixingReadout(all);
    } else {
      directReadout(all);
    }
    return List.copyOf(all);
  }

  private void encoder(List<Parameter> all) {
    Transformer encoder = size.encoder();
    int width = encoder.width();
    int patch = encoder.patch();
    layer(all, "patch", "", width, 3, patch, patch);
    places(all, "latent", size.tokens(), width);
    places(all, "encoder_class", 1, width);
    places(all, "encoder_place", 1 + size.patches(encoder), width);
    places(all, "latent_place", size.tokens(), width);
    int numbers = size.hasIds() ? size.codeWidth() : 2 * size.codeWidth();
    layer(all, "to_code", "", numbers, width, 1, 1);
  }

  private void decoder(List<Parameter> all) {
    Transformer decoder = size.decoder();
    int width = decoder.width();
    layer(all, "embed", "", width, size.codeWidth());
    places(all, "code_place", size.tokens(), width);
    places(all, "decoder_class", 1, width);
    places(all, "decoder_place", 1 + size.patches(decoder), width);
    places(all, "mask", 1, width);
  }

  private void directReadout(List<Parameter> all) {
    Transformer decoder = size.decoder();
    layer(all, "to_pixel", "", 3 * decoder.patch() * decoder.patch(), decoder.width(), 1, 1);
    layer(all, "smooth", "", 3, 3, 3, 3);
  }

  private void mixingReadout(List<Parameter> all) {
    int width = size.decoder().width();
    MaskgitDecoder pixels = size.pixels();
    layer(all, "readout1", "", 2 * width, width, 1, 1);
    layer(all, "readout2", "", size.pixelVocabulary(), 2 * width, 1, 1);
    Initializer spread = new Initializer.Uniform(1f / size.pixelVocabulary());
    all.add(plain("pixel_codebook", spread, size.pixelVocabulary(), pixels.codeWidth()));
    all.addAll(pixels.parameters(pixels.blockSizes()));
  }

  private static void layer(List<Parameter> all, String index, int width) {
    norm(all, "ln1", index, width);
    layer(all, "qkv", index, 3 * width, width);
    layer(all, "proj", index, width, width);
    norm(all, "ln2", index, width);
    layer(all, "fc", index, 4 * width, width);
    layer(all, "out", index, width, 4 * width);
  }

  private static void layer(List<Parameter> all, String name, String index, long... shape) {
    all.add(decayed(name + "_w" + index, NARROW, shape));
    all.add(plain(name + "_b" + index, zeros(), shape[0]));
  }

  private static void norms(List<Parameter> all, int which, Transformer transformer) {
    norm(all, "pre", "." + which, transformer.width());
    norm(all, "post", "." + which, transformer.width());
  }

  private static void norm(List<Parameter> all, String name, String index, int width) {
    all.add(plain(name + "_w" + index, ones(), width));
    all.add(plain(name + "_b" + index, zeros(), width));
  }

  /** Tokens and positions start at random with length about 1. */
  private static void places(List<Parameter> all, String name, int count, int width) {
    all.add(plain(name, new Initializer.Normal((float) (1 / Math.sqrt(width))), count, width));
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>();
    constants.put("encoder_layers", size.encoder().layers());
    constants.put("encoder_heads", size.encoder().heads());
    constants.put("encoder_patch", size.encoder().patch());
    constants.put("decoder_layers", size.decoder().layers());
    constants.put("decoder_heads", size.decoder().heads());
    constants.put("rows", size.height() / size.decoder().patch());
    constants.put("unit_codes", size.unitCodes());
    constants.put("interleaved", size.interleaved());
    if (size.mixes()) {
      constants.putAll(size.pixels().constants(size.pixels().blockSizes()));
    } else {
      constants.put("patch", size.decoder().patch());
    }
    Kernel kernel = engine.kernel(size.mixes() ? CODEBOOK : DIRECT, constants, weights);
    return size.hasIds()
        ? new TitokIds(kernel, size, frame)
        : new TitokVectors(kernel, size, frame);
  }
}
