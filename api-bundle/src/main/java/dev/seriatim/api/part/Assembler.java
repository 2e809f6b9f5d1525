package dev.seriatim.api.part;

import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.PartReference;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds the parts that a model names and lays them out together; a service of the runtime, for
 * those who wire and those who train. Any thread.
 */
@ProviderType
public interface Assembler {
  /**
   * Lays out the parts of a model, each in the frame of those before it: tokenizer, backbone, head,
   * then all others.
   *
   * @param conditions what the model can be asked for
   * @param parts by kind; where there are several of a kind, by kind, colon and id: {@code
   *     guide:top-k}
   * @throws PartException when a part is missing, its configuration is refused, or parts do not fit
   *     together: one sentence naming part and key, expected and found
   */
  Assembly assemble(ConditionSpace conditions, Map<String, PartReference> parts);
}
