package dev.seriatim.head.categorical.internal;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.testkit.HeadContract;
import java.util.Map;

abstract class CategoricalHeadContract extends HeadContract<CategoricalHeadFactory.Configuration> {
  private final int codebooks;
  private final CategoricalHeadFactory.Configuration configuration;

  CategoricalHeadContract(int codebooks, CategoricalHeadFactory.Configuration configuration) {
    this.codebooks = codebooks;
    this.configuration = configuration;
  }

  CategoricalHeadContract(int codebooks) {
    this(
        codebooks, new CategoricalHeadFactory.Configuration(true, "inverse-transform", "log-prob"));
  }

  @Override
  protected PartFactory<Head, CategoricalHeadFactory.Configuration> factory() {
    return new CategoricalHeadFactory();
  }

  @Override
  protected CategoricalHeadFactory.Configuration configuration() {
    return configuration;
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE)
        .with(new Grid(2, 3), new TokenSpace.Discrete(11, codebooks))
        .with(16);
  }

  @Override
  protected Map<String, CategoricalHeadFactory.Configuration> refused() {
    return Map.of(
        "draw", new CategoricalHeadFactory.Configuration(true, "dice", "log-prob"),
        "confidence", new CategoricalHeadFactory.Configuration(true, "inverse-transform", "luck"),
        "mask-id",
            new CategoricalHeadFactory.Configuration(true, "inverse-transform", "log-prob", 11));
  }
}
