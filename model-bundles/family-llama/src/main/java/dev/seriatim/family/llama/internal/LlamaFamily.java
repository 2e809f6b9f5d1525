package dev.seriatim.family.llama.internal;

import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.DecoderKeys;
import dev.seriatim.importing.OfficialConfig;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * LLaMA (Touvron et al., "Llama 2: open foundation and fine-tuned chat models", 2023; Grattafiori
 * et al., "The Llama 3 herd of models", 2024), as Meta publishes it or in the layout of Hugging
 * Face, in which Mistral's models are too. The configuration is {@code params.json} or {@code
 * config.json}.
 */
@Component(service = Family.class, property = Family.ID + "=" + LlamaFamily.NAME)
public final class LlamaFamily implements Family {
  static final String NAME = "llama";

  private static final Decoder.System SYSTEM =
      new Decoder.System(
          NAME, "Texts, token after token", "LLaMA community license", Decoder.nucleus(0.6, 0.9));

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    if (!DecoderKeys.isAmong(checkpoints)) {
      return MetaLayout.read(config, checkpoints).as(SYSTEM, checkpoints);
    }
    String type = config.text("model_type", NAME);
    if (!List.of(NAME, "mistral").contains(type)) {
      throw config.refuse("model_type", "llama or mistral", type);
    }
    return Decoder.of(NAME, config, checkpoints, DecoderKeys.Form.LLAMA).as(SYSTEM, checkpoints);
  }

  @Override
  public void verify(RecordedCase recorded) {
    DecoderCase.verifyAll(recorded);
  }
}
