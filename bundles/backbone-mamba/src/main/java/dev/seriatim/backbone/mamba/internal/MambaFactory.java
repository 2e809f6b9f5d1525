package dev.seriatim.backbone.mamba.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link Mamba}s.
 *
 * <p>Weights, with <i>w</i> the width, <i>m</i> the inner width, <i>r</i> the rank of the step
 * sizes and <i>s</i> the state; {@code i} numbers the layers: {@code embedding} [vocabulary, w],
 * {@code norm_w.i} [w], {@code in_w.i} [2m, w], {@code conv_w.i} [m, convolution], {@code x_w.i} [r
 * + 2s, m], {@code dt_w.i} [m, r], {@code dt_b.i} [m], {@code a_log.i} [m, s], {@code d.i} [m],
 * {@code out_w.i} [w, m], {@code final_w} [w]; where configured {@code conv_b.i} [m], {@code
 * in_b.i} [2m] and {@code out_b.i} [w].
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = MambaFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "raster")
public final class MambaFactory implements PartFactory<Backbone, MambaFactory.Configuration> {
  static final String ID = "mamba";

  /** Numbers of the hidden state for each rank of the step sizes, as published. */
  private static final int WIDTH_PER_RANK = 16;

  /**
   * Size of the network.
   *
   * @param layers of the network
   * @param width of the hidden states
   * @param inner width of a layer
   * @param state numbers of state for each of the inner width
   * @param convolution taps of the convolution
   * @param rank of the step sizes
   * @param bias whether the layers from and to the hidden states have biases
   * @param convolutionBias whether the convolution has one
   * @param normEps added to mean squares
   */
  public record Configuration(
      @ConfigKey("number of layers, at least 1") int layers,
      @ConfigKey("width of the hidden states, at least 1") int width,
      @ConfigKey(value = "inner width of a layer; 0 for twice the width", defaultValue = "0")
          int inner,
      @ConfigKey(value = "numbers of state per inner width, at least 1", defaultValue = "16")
          int state,
      @ConfigKey(value = "taps of the convolution, at least 1", defaultValue = "4") int convolution,
      @ConfigKey(
              value = "rank of the step sizes; 0 for a sixteenth of the width, rounded up",
              defaultValue = "0")
          int rank,
      @ConfigKey(
              value = "whether the layers from and to the hidden states have biases",
              defaultValue = "false")
          boolean bias,
      @ConfigKey(value = "whether the convolution has a bias", defaultValue = "true")
          boolean convolutionBias,
      @ConfigKey(value = "added to mean squares in norms, above 0", defaultValue = "1e-5")
          double normEps) {
    int innerWidth() {
      return inner == 0 ? 2 * width : inner;
    }

    int stepRank() {
      return rank == 0 ? (width + WIDTH_PER_RANK - 1) / WIDTH_PER_RANK : rank;
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration c, Frame frame) {
    require(c.layers >= 1, ID, "layers", "at least 1", c.layers);
    require(c.width >= 1, ID, "width", "at least 1", c.width);
    require(c.inner >= 0, ID, "inner", "at least 0", c.inner);
    require(c.state >= 1, ID, "state", "at least 1", c.state);
    require(c.convolution >= 1, ID, "convolution", "at least 1", c.convolution);
    require(c.rank >= 0, ID, "rank", "at least 0", c.rank);
    require(c.normEps > 0, ID, "norm-eps", "above 0", c.normEps);
    int codebooks = frame.discrete(ID).codebooks();
    require(codebooks == 1, ID, "tokens", "one id per slot", codebooks);
    require(frame.layout() instanceof Sequence, ID, "layout", "a sequence", frame.layout());
    return new MambaBlueprint(c, frame.with(c.width));
  }
}
