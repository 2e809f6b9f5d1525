package dev.seriatim.backbone.llama.internal;

import dev.seriatim.api.part.Stream;
import dev.seriatim.backbone.llama.internal.LlamaFactory.Configuration;
import java.util.List;

/** What the causal form keeps: a first token is given, and there is no condition to drop. */
abstract class CausalLlamaContract extends LlamaContract {
  CausalLlamaContract(Configuration configuration) {
    super(configuration);
  }

  @Override
  protected int prompt() {
    return 1;
  }

  @Override
  protected List<Stream> streams() {
    return List.of(Stream.CONDITIONAL);
  }

  @Override
  protected boolean takesProposals() {
    return true;
  }
}
