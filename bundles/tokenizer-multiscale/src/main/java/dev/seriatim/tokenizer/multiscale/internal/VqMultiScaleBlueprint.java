package dev.seriatim.tokenizer.multiscale.internal;

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
record VqMultiScaleBlueprint(VqMultiScaleFactory.Configuration size, Frame frame)
    implements Blueprint<Tokenizer> {
  private static final KernelSource SOURCE =
      KernelSource.resource(VqMultiScaleBlueprint.class, "vq_multi_scale.py")
          .with(KernelLibrary.AUTOENCODER)
          .with(KernelLibrary.CONVOLUTION)
          .with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    int width = size.codeWidth();
    List<Parameter> all =
        new ArrayList<>(size.network().parameters(size.imageChannels(), width, width));
    all.add(plain("codebook", new Initializer.Normal(1f), size.vocabulary(), width));
    convolution(all, "to_code", "", size.codeKernel());
    convolution(all, "from_code", "", size.codeKernel());
    if (size.phiRatio() > 0) {
      for (int i = 0; i < size.phiCount(); i++) {
        convolution(all, "phi", "." + i, 3);
      }
    }
    return List.copyOf(all);
  }

  /** A convolution from codes to codes, without a rectifier before or after. */
  private void convolution(List<Parameter> all, String name, String index, int kernel) {
    int width = size.codeWidth();
    float deviation = (float) Math.sqrt(1.0 / ((double) width * kernel * kernel));
    Initializer normal = new Initializer.Normal(deviation);
    all.add(decayed(name + "_w" + index, normal, width, width, kernel, kernel));
    all.add(plain(name + "_b" + index, zeros(), width));
  }

  @Override
  public Tokenizer build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>(size.network().constants());
    constants.put("sides", size.scales());
    constants.put("phi_of", PhiChoice.of(size.scales().size(), size.phiCount()));
    constants.put("phi_ratio", size.phiRatio());
    constants.put("cosine", size.cosine());
    constants.put("commitment", size.commitment());
    return new VqMultiScale(engine.kernel(SOURCE, constants, weights), size, frame);
  }
}
