package dev.seriatim.backbone.transformer.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Makes {@link CausalTransformer}s. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = CausalTransformerFactory.ID,
    version = "1.1.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"raster", "speculative"})
public final class CausalTransformerFactory
    implements PartFactory<Backbone, CausalTransformerFactory.Configuration> {
  static final String ID = "transformer.causal";

  private static final String CONDITION = "condition";
  private static final String TOKEN = "token";
  private static final String TANH = "gelu-tanh";
  private static final String ERF = "gelu";
  private static final String REFUSE = "refuse";
  private static final String SLIDE = "slide";

  /**
   * Size and form of the network.
   *
   * @param layers blocks of the network
   * @param heads of attention
   * @param width of the hidden states
   * @param mlpRatio width of the feed-forward layers, as a multiple of the width
   * @param start what the network reads first
   * @param positions rows of the table of positions
   * @param overflow what becomes of canvases with more slots
   * @param bias whether norms and linear layers have biases
   * @param activation of the feed-forward layers
   * @param normEps added to variances
   */
  public record Configuration(
      @ConfigKey("number of blocks, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("width of the hidden states, a multiple of heads") int width,
      @ConfigKey(
              value = "width of the feed-forward layer, as a multiple of the width",
              defaultValue = "4")
          int mlpRatio,
      @ConfigKey(
              value =
                  "what the network reads first: condition (a label, or none), which predicts slot 0,"
                      + " or token (that of slot 0, which must be given)",
              defaultValue = "\"" + CONDITION + "\"")
          String start,
      @ConfigKey(
              value = "learned positions; 0 for as many as the canvas has slots",
              defaultValue = "0")
          int positions,
      @ConfigKey(
              value =
                  "canvases of more slots than positions: refuse, or slide (the last tokens are read"
                      + " anew for each slot, the first of them at position 0)",
              defaultValue = "\"" + REFUSE + "\"")
          String overflow,
      @ConfigKey(value = "whether norms and linear layers have biases", defaultValue = "true")
          boolean bias,
      @ConfigKey(
              value = "activation of the feed-forward layer: gelu-tanh or gelu",
              defaultValue = "\"" + TANH + "\"")
          String activation,
      @ConfigKey(value = "added to variances in norms, above 0", defaultValue = "1e-5")
          double normEps) {
    /** A network that begins with a condition, in the form that it is trained in by default. */
    public Configuration(int layers, int heads, int width, int mlpRatio) {
      this(layers, heads, width, mlpRatio, CONDITION, 0, REFUSE, true, TANH, 1e-5);
    }

    boolean conditioned() {
      return start.equals(CONDITION);
    }

    boolean tanh() {
      return activation.equals(TANH);
    }

    boolean slides() {
      return overflow.equals(SLIDE);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration configuration, Frame frame) {
    int heads = configuration.heads;
    int width = configuration.width;
    require(configuration.layers >= 1, ID, "layers", "at least 1", configuration.layers);
    require(heads >= 1, ID, "heads", "at least 1", heads);
    require(
        width >= 1 && width % heads == 0,
        ID,
        "width",
        "a multiple of heads (" + heads + ")",
        width);
    require(configuration.mlpRatio >= 1, ID, "mlp-ratio", "at least 1", configuration.mlpRatio);
    oneOf("start", configuration.start, CONDITION, TOKEN);
    oneOf("overflow", configuration.overflow, REFUSE, SLIDE);
    oneOf("activation", configuration.activation, TANH, ERF);
    require(configuration.normEps > 0, ID, "norm-eps", "above 0", configuration.normEps);
    frame.discrete(ID);
    boolean text = !configuration.conditioned();
    require(
        !text || frame.layout() instanceof Sequence,
        ID,
        "start",
        "condition, as the canvas is no sequence",
        configuration.start);
    require(
        !configuration.slides() || text,
        ID,
        "overflow",
        "refuse, as a window that slides has no place for a condition",
        configuration.overflow);
    int slots = frame.layout().slots();
    int positions = configuration.positions;
    boolean enough = positions == 0 || positions >= slots || configuration.slides();
    require(
        positions >= 0 && enough,
        ID,
        "positions",
        "0, or at least as many as the canvas has slots (" + slots + ")",
        positions);
    return new CausalTransformerBlueprint(configuration, frame.with(width));
  }

  private static void oneOf(String key, String found, String... known) {
    require(List.of(known).contains(found), ID, key, String.join(" or ", known), found);
  }
}
