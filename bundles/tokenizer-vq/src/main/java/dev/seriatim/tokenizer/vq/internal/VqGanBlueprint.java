package dev.seriatim.tokenizer.vq.internal;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tokenizer laid out for one size of image. */
record VqGanBlueprint(VqGanFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource SOURCE =
      KernelSource.resource(VqGanBlueprint.class, "vq_gan.py")
          .with(KernelLibrary.AUTOENCODER)
          .with(KernelLibrary.CONVOLUTION)
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    int code = size.codeWidth();
    int latent = size.latentWidth();
    List<Parameter> all =
        new ArrayList<>(size.network().parameters(size.imageChannels(), latent, latent));
    all.add(plain("codebook", new Initializer.Normal(1f), size.vocabulary(), code));
    matrix(all, "to_code", code, latent);
    matrix(all, "from_code", latent, code);
    return List.copyOf(all);
  }

  private static void matrix(List<Parameter> all, String name, int out, int in) {
    Initializer normal = new Initializer.Normal((float) Math.sqrt(1.0 / in));
    all.add(decayed(name + "_w", normal, out, in, 1, 1));
    all.add(plain(name + "_b", zeros(), out));
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>(size.network().constants());
    constants.put("on_sphere", size.unitCodes());
    constants.put("commitment", size.commitment());
    return new VqGan(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
