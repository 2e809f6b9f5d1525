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
 * Qwen2 (Yang et al., "Qwen2 technical report", 2024): LLaMA's transformer, but that queries, keys
 * and values have biases.
 */
@Component(service = Family.class, property = Family.ID + "=" + Qwen2Family.NAME)
public final class Qwen2Family implements Family {
  static final String NAME = "qwen2";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    config.only("model_type", NAME);
    return Decoder.of(NAME, config, checkpoints, DecoderKeys.Form.QWEN2)
        .as(
            new Decoder.System(
                NAME, "Texts, token after token", "Apache-2.0", Decoder.nucleus(0.7, 0.8)),
            checkpoints);
  }

  @Override
  public void verify(RecordedCase recorded) {
    DecoderCase.verifyAll(recorded);
  }
}
