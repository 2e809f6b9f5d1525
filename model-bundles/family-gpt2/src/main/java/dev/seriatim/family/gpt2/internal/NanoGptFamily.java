package dev.seriatim.family.gpt2.internal;

import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.importing.OfficialConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * nanoGPT (Karpathy, 2022): GPT-2 trained anew, with or without biases, and GPT-2's own weights in
 * the layout of Hugging Face as nanoGPT runs them. Its GELU is the exact one, and a text longer
 * than its positions is read through a window.
 *
 * <p>The configuration is {@code GPTConfig}, also as an object {@code gpt_config}; what it leaves
 * out comes from {@code model_args} in the checkpoint. The key {@code activation} may ask for
 * {@code gelu_new} in the place of {@code gelu}.
 */
@Component(service = Family.class, property = Family.ID + "=" + NanoGptFamily.NAME)
public final class NanoGptFamily implements Family {
  static final String NAME = "nanogpt";

  private static final String ACTIVATION = "activation";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    Network network = Network.require(NAME, checkpoints);
    Network.Size size;
    if (network.isHub()) {
      OfficialConfig config = OfficialConfig.of(NAME, configuration);
      size = HubConfig.read(config, config.text(ACTIVATION, "gelu"), "slide");
    } else {
      size = NanoConfig.read(NAME, configuration, network.tensors().metadata());
    }
    return network.described(NAME, "nanoGPT", size, checkpoints);
  }

  /** Every network that the case has, those of the hub with both forms of GELU. */
  @Override
  public void verify(RecordedCase recorded) {
    for (Checkpoint file : Network.files(recorded.checkpoints())) {
      Map<String, Object> config = new LinkedHashMap<>(recorded.configuration(file));
      List<Checkpoint> files = List.of(file);
      if (Network.require(NAME, files).isHub()) {
        TextCase.of(recorded, recorded.model(config, files), "hf", "_gelu_erf").verify();
        config.put(ACTIVATION, "gelu_new");
        TextCase.of(recorded, recorded.model(config, files), "hf", "_gelu_new").verify();
      } else {
        TextCase.of(recorded, recorded.model(config, files), "nanogpt", "").verify();
      }
    }
  }
}
