package dev.seriatim.backbone.llama.internal;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.backbone.llama.internal.LlamaFactory.Configuration;
import dev.seriatim.testkit.BackboneContract;
import java.util.List;
import java.util.Map;

/** What all forms of the network keep, by one of its configurations. */
abstract class LlamaContract extends BackboneContract<Configuration> {
  static final int VOCABULARY = 13;

  private final Configuration configuration;

  LlamaContract(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  protected PartFactory<Backbone, Configuration> factory() {
    return new LlamaFactory();
  }

  @Override
  protected Configuration configuration() {
    return configuration;
  }

  @Override
  protected Frame frame() {
    return Frame.of(new ConditionSpace(List.of(), true))
        .with(new Sequence(9), new TokenSpace.Discrete(VOCABULARY, 1));
  }

  @Override
  protected List<Parameter> parameters() {
    return awake(super.parameters());
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of();
  }
}
