package dev.seriatim.family.titok.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.KernelPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.family.titok.MaskgitVqgan;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.kernels.ImageTensors;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/**
 * MaskGIT's VQGAN (Chang et al., "MaskGIT: masked generative image transformer", 2022) as the
 * 1d-tokenizer systems use it: a tokenizer alone.
 */
@Component(service = Family.class, property = Family.ID + "=" + MaskgitVqganFamily.NAME)
public final class MaskgitVqganFamily implements Family {
  static final String NAME = "maskgit-vqgan";

  private static final String FILE = "tokenizer.safetensors";
  private static final String PREFIX = "tokenizer.";

  @Override
  public String id() {
    return NAME;
  }

  @Override
  public Import read(Map<String, ?> configuration, List<Checkpoint> checkpoints) {
    StateDict network = StateDict.require(NAME, checkpoints, MaskgitVqgan.TENSOR);
    MaskgitVqgan sizes = MaskgitVqgan.in(network);
    int side = check(OfficialConfig.of(NAME, configuration), sizes);
    KeyMap keys = new KeyMap().from(network);
    sizes.map(keys, PREFIX);
    return keys.describedBy(
        new ModelDescriptor(
            NAME,
            "1.0.0",
            "The image tokenizer of MaskGIT",
            "Apache-2.0",
            ConditionSpace.NONE,
            Map.of("tokenizer", sizes.part(side, side, FILE, PREFIX)),
            List.of(),
            Map.of()));
  }

  /** The official code fixes all sizes; where a configuration gives them, they must be the same. */
  private static int check(OfficialConfig config, MaskgitVqgan sizes) {
    int hidden = config.integer("hidden_channels", sizes.stem());
    List<Integer> channels = sizes.channels().stream().map(n -> n / hidden).toList();
    List<Integer> found = config.integers("channel_mult", channels);
    if (!found.equals(channels)) {
      throw config.refuse("channel_mult", "as in the checkpoint, " + channels, found);
    }
    config.only("hidden_channels", sizes.stem());
    config.only("num_resolutions", channels.size());
    config.only("num_res_blocks", sizes.blocks());
    config.only("num_channels", sizes.imageChannels());
    config.only("z_channels", sizes.codeWidth());
    config.only("embedding_dim", sizes.codeWidth());
    config.only("num_embeddings", sizes.vocabulary());
    // Of training alone.
    config.number("dropout", 0);
    config.number("commitment_cost", 0);
    int side = config.integer("resolution", 256);
    for (String key : config.unread()) {
      throw config.refuse(key, "no such key", "a setting that is not served");
    }
    return side;
  }

  @Override
  public void verify(RecordedCase recorded) {
    for (Checkpoint checkpoint : recorded.checkpoints()) {
      if (StateDict.find(List.of(checkpoint), MaskgitVqgan.TENSOR).isPresent()) {
        verify(recorded, recorded.model(recorded.configuration(), List.of(checkpoint)));
      }
    }
  }

  private static void verify(RecordedCase recorded, RecordedModel model) {
    Tokenizer tokenizer = model.part("tokenizer", Tokenizer.class);
    Kernel kernel = model.part("tokenizer", KernelPart.class).kernel();
    NDManager scope = recorded.scope().manager();

    NDArray code = kernel.callForOne(scope, "code", recorded.input("in.images"));
    NDArray ids = kernel.callForOne(scope, "quantize", code);
    NDArray quantized = kernel.callForOne(scope, "snap", code);
    recorded.output("out.encoder_out", code);
    recorded.output("out.indices", ids);
    recorded.output("out.quantized", quantized);
    recorded.output("out.reconstruction", kernel.callForOne(scope, "paint", quantized));

    NDArray tokens = recorded.input("in.tokens");
    Grid grid = (Grid) tokenizer.layout();
    NDArray vectors = kernel.callForOne(scope, "lookup", tokens, grid.rows());
    recorded.output("out.tokens_decoded", kernel.callForOne(scope, "paint", vectors));
    Images decoded = (Images) tokenizer.decode(canvas(tokenizer, tokens), scope);
    NDArray pixels = ImageTensors.upload(decoded, scope);
    recorded.output("out.tokens_decoded_clamped", pixels);
    recorded.output("out.tokens_uint8", ImageTensors.truncated(pixels));
  }

  /** int64 [sample, slot] as a settled canvas. */
  static Canvas canvas(Tokenizer tokenizer, NDArray ids) {
    int samples = (int) ids.getShape().get(0);
    TokenSpace.Discrete space = (TokenSpace.Discrete) tokenizer.tokens();
    return Canvas.ofIds(tokenizer.layout(), space, samples, ids.toLongArray());
  }
}
