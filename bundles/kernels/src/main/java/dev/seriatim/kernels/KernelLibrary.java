package dev.seriatim.kernels;

import dev.seriatim.api.engine.KernelSource;

/**
 * Texts whose methods a kernel takes in: {@code KernelSource.resource(…).with(TRANSFORMER)}. A
 * method is handed the weights that it needs, but for {@link #AUTOENCODER}, {@link
 * #MASKGIT_DECODER} and {@link #GRID_TRANSFORMER}, which have their own.
 */
public final class KernelLibrary {
  /**
   * Norms, attention, rotary positions, gated feed-forward layers, adaptive modulation: {@code
   * transformer.py}.
   */
  public static final KernelSource TRANSFORMER =
      KernelSource.resource(KernelLibrary.class, "transformer.py");

  /**
   * A convolutional encoder and decoder with their weights: {@code autoencoder.py}, to be taken in
   * with {@link #CONVOLUTION}. {@link AutoencoderNetwork} lists these weights and gives the
   * constants.
   */
  public static final KernelSource AUTOENCODER =
      KernelSource.resource(KernelLibrary.class, "autoencoder.py");

  /**
   * Convolutions that keep the size, changes of resolution, the nearest vector of a codebook:
   * {@code convolution.py}.
   */
  public static final KernelSource CONVOLUTION =
      KernelSource.resource(KernelLibrary.class, "convolution.py");

  /**
   * The decoder of MaskGIT's VQGAN with its weights: {@code maskgit_decoder.py}, to be taken in
   * with {@link #CONVOLUTION}. {@link MaskgitDecoder} lists these weights and gives the constants.
   */
  public static final KernelSource MASKGIT_DECODER =
      KernelSource.resource(KernelLibrary.class, "maskgit_decoder.py");

  /**
   * A transformer of LLaMA's kind over a condition and the tokens of a grid, with its weights:
   * {@code grid_transformer.py}, to be taken in with {@link #TRANSFORMER}. {@link GridTransformer}
   * lists these weights and gives the constants.
   */
  public static final KernelSource GRID_TRANSFORMER =
      KernelSource.resource(KernelLibrary.class, "grid_transformer.py");

  private KernelLibrary() {}
}
