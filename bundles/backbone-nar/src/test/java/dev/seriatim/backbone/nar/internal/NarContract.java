package dev.seriatim.backbone.nar.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.backbone.nar.internal.NarFactory.Configuration;
import dev.seriatim.kernels.GridTransformer;
import dev.seriatim.testkit.BackboneContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

abstract class NarContract extends BackboneContract<Configuration> {
  private static final int[][] DIAGONALS = {{0}, {1, 4}, {2, 5, 8}, {3, 6, 9}, {7, 10}, {11}};

  private final ConditionSpace conditions;

  NarContract(ConditionSpace conditions) {
    this.conditions = conditions;
  }

  static Configuration size(int belowLayers) {
    return new Configuration(new GridTransformer(1, 2, 0, 16, 24, 10000, 1e-5), belowLayers);
  }

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new NarFactory();
  }

  @Override
  protected Configuration configuration() {
    return size(1);
  }

  @Override
  protected Frame frame() {
    return Frame.of(conditions).with(new Grid(3, 4), new TokenSpace.Discrete(13, 1));
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "network.layers",
        new Configuration(new GridTransformer(0, 2, 0, 16, 24, 10000, 1e-5), 1),
        "below-layers",
        size(-1));
  }

  /** Diagonal after diagonal, each in one step or slot by slot. */
  @Override
  protected List<Slots> path(Random random) {
    List<Slots> path = new ArrayList<>();
    for (int[] diagonal : DIAGONALS) {
      if (random.nextInt(3) > 0) {
        path.add(Slots.shared(diagonal));
      } else {
        for (int slot : diagonal) {
          path.add(Slots.shared(slot));
        }
      }
    }
    return path;
  }
}
