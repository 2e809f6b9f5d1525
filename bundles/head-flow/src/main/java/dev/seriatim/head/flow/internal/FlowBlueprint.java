package dev.seriatim.head.flow.internal;

import static dev.seriatim.api.weights.Initializer.ones;
import static dev.seriatim.api.weights.Initializer.zeros;
import static dev.seriatim.api.weights.Parameter.decayed;
import static dev.seriatim.api.weights.Parameter.plain;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Pyramid;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The network laid out for hidden states and tokens of given widths. Its modulations and its last
 * layer start at zero: the network starts by predicting no motion.
 *
 * @param scales whose tokens flow together
 * @param token width of a token
 */
record FlowBlueprint(
    FlowHeadFactory.Configuration configuration, Pyramid scales, Frame frame, int token)
    implements Blueprint<Head> {
  /** Numbers by which the network is told the time. */
  private static final int FREQUENCIES = 256;

  private static final KernelSource SOURCE =
      KernelSource.resource(FlowBlueprint.class, "flow.py").with(KernelLibrary.TRANSFORMER);

  @Override
  public List<Parameter> parameters() {
    int width = configuration.width();
    List<Parameter> all = new ArrayList<>();
    Initializer time = new Initializer.Normal(0.02f);
    linear(all, "time_in", "", time, width, FREQUENCIES);
    linear(all, "time_out", "", time, width, width);
    linear(all, "condition", "", xavier(width, frame.width()), width, frame.width());
    linear(all, "token", "", xavier(width, token), width, token);
    for (int i = 0; i < configuration.blocks(); i++) {
      block(all, "." + i);
    }
    linear(all, "final_ada", "", zeros(), 2 * width, width);
    linear(all, "final", "", zeros(), token, width);
    return List.copyOf(all);
  }

  private void block(List<Parameter> all, String index) {
    int width = configuration.width();
    int mlp = configuration.mlp();
    boolean joint = configuration.attends() && !configuration.crosses();
    if (configuration.attends()) {
      all.add(decayed("qkv_w" + index, xavier(width, width), 3 * width, width));
      linear(all, "proj", index, xavier(width, width), width, width);
    }
    if (configuration.crosses()) {
      all.add(plain("cross_norm_w" + index, ones(), width));
      all.add(plain("state_norm_w" + index, ones(), frame.width()));
      all.add(decayed("cross_q_w" + index, xavier(width, width), width, width));
      Initializer states = xavier(width, frame.width());
      all.add(decayed("cross_kv_w" + index, states, 2 * width, frame.width()));
      linear(all, "cross_proj", index, xavier(width, width), width, width);
      linear(all, "attn_ada", index, zeros(), 3 * width, width);
    }
    linear(all, "gate", index, xavier(mlp, width), mlp, width);
    linear(all, "up", index, xavier(mlp, width), mlp, width);
    linear(all, "down", index, xavier(width, mlp), width, mlp);
    linear(all, "ada", index, zeros(), (joint ? 6 : 3) * width, width);
  }

  private static void linear(
      List<Parameter> all, String name, String index, Initializer initializer, int out, int in) {
    all.add(decayed(name + "_w" + index, initializer, out, in));
    all.add(plain(name + "_b" + index, zeros(), out));
  }

  /** Glorot and Bengio, "Understanding the difficulty of training deep networks", 2010. */
  private static Initializer xavier(int out, int in) {
    return new Initializer.Uniform((float) Math.sqrt(6.0 / (in + out)));
  }

  @Override
  public Head build(Engine engine, Weights weights) {
    Map<String, Object> constants = new HashMap<>();
    constants.put("n_block", configuration.blocks());
    constants.put("n_head", configuration.heads());
    constants.put("attends", configuration.attends());
    constants.put("crosses", configuration.crosses());
    constants.put("span", configuration.ropeSpan());
    constants.put("eps", configuration.normEps());
    constants.put("two_speeds", configuration.twoSpeeds());
    constants.put("rows", scales.scales().stream().map(Grid::rows).toList());
    constants.put("columns", scales.scales().stream().map(Grid::columns).toList());
    constants.put(
        "bounds",
        IntStream.rangeClosed(0, scales.scales().size()).mapToObj(scales::firstSlot).toList());
    return new FlowHead(engine.kernel(SOURCE, constants, weights), configuration, scales, token);
  }
}
