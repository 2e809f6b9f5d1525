package dev.seriatim.head.flow.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Layout;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link FlowHead}s; the widths of hidden states and tokens follow from the frame. With
 * attention, the layout must be a pyramid.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.HEAD,
    id = FlowHeadFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS)
public final class FlowHeadFactory implements PartFactory<Head, FlowHeadFactory.Configuration> {
  static final String ID = "flow";

  /** The network's size, and how it is sampled. */
  public record Configuration(
      @ConfigKey("width of the network, with attention a multiple of 4 times the heads") int width,
      @ConfigKey("blocks, at least 1") int blocks,
      @ConfigKey(
              value =
                  "what a token looks at while it flows: none; self, the tokens of its scale; or"
                      + " cross, these and their hidden states",
              defaultValue = "\"none\"")
          String attention,
      @ConfigKey(value = "attention heads, at least 1", defaultValue = "1") int heads,
      @ConfigKey(
              value =
                  "width of the gated feed-forward layer, as a multiple of two thirds of the width",
              defaultValue = "4")
          double mlpRatio,
      @ConfigKey(
              value = "length of a map's side in rotary positions, whatever its resolution",
              defaultValue = "16")
          double ropeSpan,
      @ConfigKey(value = "sampling steps, at least 1", defaultValue = "25") int steps,
      @ConfigKey(
              value =
                  "where sampling steps lie: uniform, or two-speeds, half of them large down to time"
                      + " 0.3 and half small from 0.25 on (an odd number takes one step less, and 50"
                      + " are uniform)",
              defaultValue = "\"uniform\"")
          String times,
      @ConfigKey(
              value = "how a step is made: euler, midpoint, heun or rk4",
              defaultValue = "\"euler\"")
          String solver,
      @ConfigKey(
              value = "guidance applies at flow times from this down to 0, from 0 to 1",
              defaultValue = "1")
          double guidanceHigh,
      @ConfigKey(value = "added to mean squares in norms, above 0", defaultValue = "1e-6")
          double normEps) {
    boolean attends() {
      return !attention.equals("none");
    }

    boolean crosses() {
      return attention.equals("cross");
    }

    boolean twoSpeeds() {
      return times.equals("two-speeds");
    }

    /** Width of the feed-forward layer. */
    int mlp() {
      return (int) (width * mlpRatio * 2 / 3);
    }

    /** What the kernel calls the solver. */
    int order() {
      return SOLVERS.indexOf(solver) + 1;
    }
  }

  private static final List<String> SOLVERS = List.of("euler", "midpoint", "heun", "rk4");

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    int token = frame.continuous(ID).width();
    return new FlowBlueprint(configuration, scales(configuration, frame.layout()), frame, token);
  }

  private static void check(Configuration c) {
    boolean attention = List.of("none", "self", "cross").contains(c.attention);
    require(attention, ID, "attention", "none, self or cross", c.attention);
    require(c.width >= 1, ID, "width", "at least 1", c.width);
    require(c.blocks >= 1, ID, "blocks", "at least 1", c.blocks);
    require(c.heads >= 1, ID, "heads", "at least 1", c.heads);
    boolean divides = !c.attends() || c.width % (4 * c.heads) == 0;
    require(divides, ID, "width", "a multiple of 4 times heads (" + c.heads + ")", c.width);
    require(c.mlp() >= 1, ID, "mlp-ratio", "above 0", c.mlpRatio);
    require(c.ropeSpan > 0, ID, "rope-span", "above 0", c.ropeSpan);
    boolean times = c.twoSpeeds() || c.times.equals("uniform");
    require(times, ID, "times", "uniform or two-speeds", c.times);
    int least = c.twoSpeeds() ? 2 : 1;
    require(c.steps >= least, ID, "steps", "at least " + least, c.steps);
    require(c.order() >= 1, ID, "solver", "euler, midpoint, heun or rk4", c.solver);
    boolean high = c.guidanceHigh >= 0 && c.guidanceHigh <= 1;
    require(high, ID, "guidance-high", "0 to 1", c.guidanceHigh);
    require(c.normEps > 0, ID, "norm-eps", "above 0", c.normEps);
  }

  /** The scales whose tokens flow together; without attention any layout is one. */
  private static Pyramid scales(Configuration configuration, Layout layout) {
    if (layout instanceof Pyramid pyramid) {
      return pyramid;
    }
    if (configuration.attends()) {
      throw PartException.of(ID, "attention", "none without a pyramid", configuration.attention);
    }
    return new Pyramid(List.of(new Grid(1, layout.slots())));
  }
}
