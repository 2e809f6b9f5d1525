package dev.seriatim.family.titok.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.family.titok.TitokTokenizer;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.kernels.ImageTensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * TiTok (Yu et al., "An image is worth 32 tokens for reconstruction and generation", 2024): a
 * tokenizer alone. {@link TitokTokenizer} says which configuration it reads.
 */
@Component(service = Family.class, property = Family.ID + "=" + TitokFamily.NAME)
public final class TitokFamily implements Family {
  static final String NAME = "titok";

  private static final String FILE = "tokenizer.safetensors";
  private static final String PREFIX = "tokenizer.";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    StateDict network = StateDict.require(NAME, checkpoints, TitokTokenizer.TENSOR);
    OfficialConfig config = OfficialConfig.of(NAME, configuration);
    PartReference tokenizer = TitokTokenizer.part(config, network, FILE, PREFIX);
    KeyMap keys = new KeyMap().from(network);
    TitokTokenizer.map(keys, network, PREFIX);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "Images as short sequences of tokens",
            "Apache-2.0",
            ConditionSpace.NONE,
            Map.of("tokenizer", tokenizer),
            List.of(),
            Map.of()));
  }

  @Override
  public void verify(RecordedCase recorded) {
    for (Checkpoint checkpoint : recorded.checkpoints()) {
      if (StateDict.find(List.of(checkpoint), TitokTokenizer.TENSOR).isPresent()) {
        RecordedModel model = recorded.model(configuration(recorded), List.of(checkpoint));
        new Run(recorded, model).all();
      }
    }
  }

  /** With the sizes that the case gives to the official names. */
  private static Map<String, Object> configuration(RecordedCase recorded) {
    Map<String, Object> configuration = new LinkedHashMap<>(recorded.configuration());
    if (recorded.settings().get("tiny_overrides") instanceof Map<?, ?> overrides) {
      overrides.forEach((key, value) -> configuration.put(String.valueOf(key), value));
    }
    return configuration;
  }

  /** One checkpoint of a case. Recorded codes are [sample, number, 1, token]. */
  private static final class Run {
    private final RecordedCase recorded;
    private final Tokenizer tokenizer;
    private final Kernel kernel;
    private final NDManager scope;

    Run(RecordedCase recorded, RecordedModel model) {
      this.recorded = recorded;
      this.tokenizer = model.part("tokenizer", Tokenizer.class);
      this.kernel = model.part("tokenizer", KernelPart.class).kernel();
      this.scope = recorded.scope().manager();
    }

    void all() {
      NDArray code = kernel.callForOne(scope, "code", recorded.input("in.images"));
      recorded.output("out.encoder_z", asRecorded(code));
      if (tokenizer.tokens() instanceof TokenSpace.Discrete space) {
        ids(code, space);
      } else {
        vectors(code, (TokenSpace.Continuous) tokenizer.tokens());
      }
    }

    private void ids(NDArray code, TokenSpace.Discrete space) {
      NDArray ids = kernel.callForOne(scope, "quantize", code);
      NDArray chosen = kernel.callForOne(scope, "lookup", ids);
      recorded.output("out.tokens", ids);
      recorded.output("out.z_quantized", asRecorded(chosen));
      recorded.output("out.reconstruction", decoded(chosen));

      NDArray tokens = recorded.input("in.tokens");
      NDArray vectors = kernel.callForOne(scope, "lookup", tokens);
      NDArray patches = kernel.callForOne(scope, "patches", vectors);
      NDArray readout = kernel.callForOne(scope, "readout", patches);
      recorded.output("out.tokens_z", asRecorded(vectors));
      recorded.output("out.tokens_decoder_out", readout);
      if (recorded.has("out.tokens_pixel_states")) {
        recorded.output("out.tokens_pixel_states", kernel.callForOne(scope, "mixture", readout));
      }
      recorded.output("out.tokens_decoded", kernel.callForOne(scope, "pixels", patches));
      int samples = (int) tokens.getShape().get(0);
      recorded.output(
          "out.tokens_uint8",
          pixels(Canvas.ofIds(tokenizer.layout(), space, samples, tokens.toLongArray())));
    }

    private void vectors(NDArray code, TokenSpace.Continuous space) {
      NDArray mean = kernel.call(scope, "posterior", code).get(0);
      NDArray logvar = kernel.call(scope, "posterior", code).get(1);
      NDArray noise = asCode(recorded.input("in.noise"));
      NDArray sample = kernel.callForOne(scope, "sample", code, noise);
      recorded.output("out.posterior_mean", asRecorded(mean));
      recorded.output("out.posterior_logvar", asRecorded(logvar));
      recorded.output("out.posterior_sample", asRecorded(sample));
      recorded.output("out.decoded_from_sample", decoded(sample));
      recorded.output("out.decoded_from_mean", decoded(mean));
      int samples = (int) mean.getShape().get(0);
      recorded.output(
          "out.uint8_from_mean",
          pixels(Canvas.ofVectors(tokenizer.layout(), space, samples, mean.toFloatArray())));
    }

    private NDArray decoded(NDArray code) {
      NDArray patches = kernel.callForOne(scope, "patches", code);
      return kernel.callForOne(scope, "pixels", patches);
    }

    private NDArray pixels(Canvas canvas) {
      Images images = (Images) tokenizer.decode(canvas, scope);
      return ImageTensors.truncated(ImageTensors.upload(images, scope));
    }

    private static NDArray asRecorded(NDArray code) {
      return code.transpose(0, 2, 1).expandDims(2);
    }

    private static NDArray asCode(NDArray recorded) {
      Shape shape = recorded.getShape();
      return recorded.reshape(shape.get(0), shape.get(1), shape.get(3)).transpose(0, 2, 1);
    }
  }
}
