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
 * Qwen3 (Yang et al., "Qwen3 technical report", 2025): LLaMA's transformer, but that queries and
 * keys of a head are normed.
 */
@Component(service = Family.class, property = Family.ID + "=" + Qwen3Family.NAME)
public final class Qwen3Family implements Family {
  static final String NAME = "qwen3";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    config.only("model_type", NAME);
    return Decoder.of(NAME, config, checkpoints, DecoderKeys.Form.QWEN3)
        .as(
            new Decoder.System(
                NAME, "Texts, token after token", "Apache-2.0", Decoder.nucleus(0.6, 0.95)),
            checkpoints);
  }

  @Override
  public void verify(RecordedCase recorded) {
    DecoderCase.verifyAll(recorded);
  }
}
