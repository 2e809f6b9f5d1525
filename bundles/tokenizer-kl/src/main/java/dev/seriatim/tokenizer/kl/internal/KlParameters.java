package dev.seriatim.tokenizer.kl.internal;

import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.kernels.AutoencoderNetwork;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.List;

/** The weights and the kernel text that both tokenizers have. */
final class KlParameters {
  private KlParameters() {}

  /** A tokenizer's own text, with the autoencoder's. */
  static KernelSource source(String text) {
    return KernelSource.resource(KlParameters.class, text)
        .with(KernelSource.resource(KlParameters.class, "kl_autoencoder.py"))
        .with(KernelLibrary.AUTOENCODER)
        .with(KernelLibrary.CONVOLUTION);
  }

  /** The weights, in a stable order. */
  static List<Parameter> of(AutoencoderNetwork network, int imageChannels, int latentWidth) {
    List<Parameter> all =
        new ArrayList<>(network.parameters(imageChannels, 2 * latentWidth, latentWidth));
    matrix(all, "to_code", 2 * latentWidth);
    matrix(all, "from_code", latentWidth);
    return List.copyOf(all);
  }

  private static void matrix(List<Parameter> all, String name, int width) {
    Initializer normal = new Initializer.Normal((float) Math.sqrt(1.0 / width));
    all.add(decayed(name + "_w", normal, width, width, 1, 1));
    all.add(plain(name + "_b", zeros(), width));
  }
}
