package dev.seriatim.family.openmagvit2.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.lfq.internal.LfqGridFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenMagvit2FamilyTest extends FamilyContract {
  private static final List<Integer> CHANNELS = List.of(128, 128, 256, 256, 512);

  @Override
  protected Family family() {
    return new OpenMagvit2Family();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of("lfq.grid", new LfqGridFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return model();
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(checkpoint());
  }

  @Override
  protected String tensor() {
    return "state_dict.model_ema.encodermid_block1conv2weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    Map<String, Object> network = network();
    network.put("attn_resolutions", List.of(16));
    String video = "src.Open_MAGVIT2.models.video_lfqgan.VQModel";
    return Map.of(
        "open-magvit2: n_embed: ", with("n_embed", 1024),
        "open-magvit2: ddconfig.attn_resolutions: ", with("ddconfig", network),
        "open-magvit2: colorize_nlabels: ", with("colorize_nlabels", 20),
        "open-magvit2: model.class_path: ",
            Map.of("model", Map.of("class_path", video, "init_args", model())));
  }

  private static Map<String, Object> with(String key, Object value) {
    Map<String, Object> model = model();
    model.put(key, value);
    return model;
  }

  private static Map<String, Object> network() {
    Map<String, Object> network = new HashMap<>();
    network.put("double_z", false);
    network.put("z_channels", 18);
    network.put("resolution", 128);
    network.put("in_channels", 3);
    network.put("out_ch", 3);
    network.put("ch", 128);
    network.put("ch_mult", List.of(1, 1, 2, 2, 4));
    network.put("num_res_blocks", 4);
    return network;
  }

  private static Map<String, Object> model() {
    Map<String, Object> model = new HashMap<>();
    model.put("ddconfig", network());
    model.put("lossconfig", Map.of());
    model.put("n_embed", 262144);
    model.put("embed_dim", 18);
    model.put("learning_rate", 1e-4);
    model.put("sample_minimization_weight", 1.0);
    model.put("batch_maximization_weight", 1.0);
    model.put("use_ema", true);
    return model;
  }

  /** The names that the official code gives to the parameters. */
  private static CheckpointLayout trained() {
    CheckpointLayout layout = new CheckpointLayout().with("encoder.conv_in.weight", 128, 3, 3, 3);
    int width = 128;
    for (int level = 0; level < CHANNELS.size(); level++) {
      String down = "encoder.down." + level + ".";
      level(layout, down + "block.", 4, width, CHANNELS.get(level));
      width = CHANNELS.get(level);
      if (level < CHANNELS.size() - 1) {
        layout.convolution(down + "downsample", width, width, 3);
      }
    }
    level(layout, "encoder.mid_block.", 4, width, width);
    layout.layer("encoder.norm_out", width).convolution("encoder.conv_out", 18, width, 1);
    layout.convolution("decoder.conv_in", width, 18, 3);
    level(layout, "decoder.mid_block.", 4, width, width);
    for (int level = CHANNELS.size() - 1; level >= 0; level--) {
      layout.layer("decoder.adaptive." + level + ".gamma", width, 18);
      layout.layer("decoder.adaptive." + level + ".beta", width, 18);
      String up = "decoder.up." + level + ".";
      level(layout, up + "block.", 4, width, CHANNELS.get(level));
      width = CHANNELS.get(level);
      if (level > 0) {
        layout.convolution(up + "upsample.conv1", 4L * width, width, 3);
      }
    }
    return layout.layer("decoder.norm_out", width).convolution("decoder.conv_out", 3, width, 3);
  }

  /** A checkpoint of the official training: weights, their averages, and all around them. */
  private static CheckpointLayout checkpoint() {
    CheckpointLayout trained = trained();
    trained.with("loss.discriminator.main.0.weight", 64, 3, 4, 4);
    CheckpointLayout layout = new CheckpointLayout();
    for (TensorInfo info : new ArrayList<>(trained.tensors().values())) {
      long[] shape = info.shape().getShape();
      layout.with("state_dict." + info.name(), shape);
      layout.with("state_dict.model_ema." + info.name().replace(".", ""), shape);
    }
    layout.with("state_dict.model_ema.decay").with("state_dict.model_ema.num_updates");
    return layout.with("optimizer_states.0.state.0.exp_avg", 128, 3, 3, 3);
  }

  /** The residual blocks of a level, without biases in their convolutions. */
  private static void level(CheckpointLayout layout, String blocks, int count, int in, int out) {
    for (int i = 0; i < count; i++) {
      int before = i == 0 ? in : out;
      String block = blocks + i + ".";
      layout.layer(block + "norm1", before).with(block + "conv1.weight", out, before, 3, 3);
      layout.layer(block + "norm2", out).with(block + "conv2.weight", out, out, 3, 3);
      if (before != out) {
        layout.with(block + "nin_shortcut.weight", out, before, 1, 1);
      }
    }
  }

  @Test
  void readsTheAveragedWeights() {
    Frame frame = fit(model(), checkpoints()).frame();
    assertThat(frame.layout()).isEqualTo(new Grid(8, 8));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(262144, 1));
    assertThat(read(model(), checkpoint()).weights().get("tokenizer.from_pixel_w").names())
        .containsExactly("state_dict.model_ema.encoderconv_inweight");
  }

  @Test
  void readsTheTrainedWeightsWithoutAverage() {
    Map<String, Object> model = model();
    model.remove("use_ema");
    assertThat(fit(model, List.of(trained())).kinds()).containsExactly("tokenizer");
  }

  @Test
  void readsTheWholeOfficialFile() {
    Map<String, Object> model = model();
    model.put("token_factorization", true);
    model.put("factorized_bits", List.of(6, 12));
    Map<String, Object> data = Map.of("params", Map.of("config", Map.of("size", 256)));
    Map<String, ?> file =
        Map.of(
            "model",
            Map.of("class_path", "src.Open_MAGVIT2.models.lfqgan.VQModel", "init_args", model),
            "data",
            Map.of("init_args", Map.of("validation", data)));
    Frame frame = fit(file, checkpoints()).frame();
    assertThat(frame.layout()).isEqualTo(new Grid(16, 16));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(4096, 2));
  }
}
