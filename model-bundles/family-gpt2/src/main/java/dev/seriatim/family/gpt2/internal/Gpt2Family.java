package dev.seriatim.family.gpt2.internal;

import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.OfficialConfig;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019) as it is
 * published on the Hugging Face hub.
 */
@Component(service = Family.class, property = Family.ID + "=" + Gpt2Family.NAME)
public final class Gpt2Family implements Family {
  static final String NAME = "gpt2";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    Network network = Network.require(NAME, checkpoints);
    if (!network.isHub()) {
      throw config.refuse(
          "checkpoints", "linear layers stored [in, out]", "[out, in], as nanoGPT has them");
    }
    return network.described(NAME, "GPT-2", HubConfig.read(config, null, "refuse"), checkpoints);
  }

  /** Every network of the hub that the case has, by its own configuration. */
  @Override
  public void verify(RecordedCase recorded) {
    for (Checkpoint file : Network.files(recorded.checkpoints())) {
      if (Network.require(NAME, List.of(file)).isHub()) {
        RecordedModel model = recorded.model(recorded.configuration(file), List.of(file));
        TextCase.of(recorded, model, "hf", "").verify();
        TextCase.of(recorded, model, "hf", "_gelu_new").verify();
      }
    }
  }
}
