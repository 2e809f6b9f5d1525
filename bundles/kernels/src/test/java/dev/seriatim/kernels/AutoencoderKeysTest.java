package dev.seriatim.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.part.PartException;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.importing.AutoencoderKeys;
import dev.seriatim.importing.KeyMap;
import dev.seriatim.importing.OfficialConfig;
import dev.seriatim.importing.StateDict;
import dev.seriatim.testkit.CheckpointLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AutoencoderKeysTest {
  private static final int STEM = 8;
  private static final List<Integer> CHANNELS = List.of(8, 16, 16);

  /** Writes the official names of an autoencoder with attention in its coarsest encoder level. */
  private static final class Official {
    final CheckpointLayout checkpoint = new CheckpointLayout();
    private final boolean inOrder;
    private final boolean joined;
    private final int blocks;

    Official(boolean inOrder, boolean joined, int blocks) {
      this.inOrder = inOrder;
      this.joined = joined;
      this.blocks = blocks;
      convolution("encoder.conv_in", STEM, 3, 3);
      convolution("decoder.conv_in", 16, 4, 3);
      int width = STEM;
      for (int level = 0; level < 3; level++) {
        String name = inOrder ? "encoder.conv_blocks." + level : "encoder.down." + level;
        width = level(name, width, CHANNELS.get(level), blocks, level == 2);
        if (level < 2) {
          convolution(name + ".downsample.conv", width, width, 3);
        }
      }
      middle("encoder", width);
      middle("decoder", width);
      for (int run = 0; run < 3; run++) {
        int level = 2 - run;
        String name = inOrder ? "decoder.conv_blocks." + run : "decoder.up." + level;
        width = level(name, width, CHANNELS.get(level), blocks + 1, false);
        if (run < 2) {
          convolution(name + ".upsample.conv", width, width, 3);
        }
      }
      norm("encoder.norm_out", 16);
      convolution("encoder.conv_out", 4, 16, 3);
      norm("decoder.norm_out", 8);
      convolution("decoder.conv_out", 3, 8, 3);
      convolution("quant_conv", 4, 4, 1);
      convolution("post_quant_conv", 4, 4, 1);
    }

    private int level(String level, int in, int out, int count, boolean attends) {
      int width = in;
      for (int j = 0; j < count; j++) {
        block(level + (inOrder ? ".res." : ".block.") + j, width, out);
        if (attends) {
          attention(level + ".attn." + j, out);
        }
        width = out;
      }
      return width;
    }

    private void middle(String side, int width) {
      block(side + (inOrder ? ".mid.0" : ".mid.block_1"), width, width);
      attention(side + (inOrder ? ".mid.1" : ".mid.attn_1"), width);
      block(side + (inOrder ? ".mid.2" : ".mid.block_2"), width, width);
    }

    private void block(String block, int in, int out) {
      norm(block + ".norm1", in);
      convolution(block + ".conv1", out, in, 3);
      norm(block + ".norm2", out);
      convolution(block + ".conv2", out, out, 3);
      if (in != out) {
        convolution(block + ".nin_shortcut", out, in, 1);
      }
    }

    private void attention(String attention, int width) {
      norm(attention + ".norm", width);
      if (joined) {
        convolution(attention + ".qkv", 3 * width, width, 1);
      } else {
        for (String part : List.of(".q", ".k", ".v")) {
          convolution(attention + part, width, width, 1);
        }
      }
      convolution(attention + ".proj_out", width, width, 1);
    }

    private void convolution(String name, int out, int in, int kernel) {
      checkpoint.with(name + ".weight", out, in, kernel, kernel).with(name + ".bias", out);
    }

    private void norm(String name, int width) {
      checkpoint.with(name + ".weight", width).with(name + ".bias", width);
    }

    StateDict tensors() {
      return StateDict.require("test", List.of(checkpoint), "encoder.conv_in.weight");
    }
  }

  private static OfficialConfig config(Map<String, ?> values) {
    return OfficialConfig.of("test", values);
  }

  /** Every weight that the network declares has sources of its shape, and no tensor is left. */
  private static void assertComplete(Official official) {
    KeyMap keys = new KeyMap().from(official.tensors());
    AutoencoderKeys.of(official.tensors()).map(keys, "tokenizer.");
    AutoencoderNetwork network =
        new AutoencoderNetwork(
            STEM, CHANNELS, List.of(), official.blocks, 4, 1e-6, List.of(2), List.of(), true);
    List<Parameter> declared = new ArrayList<>(network.parameters(3, 4, 4));
    for (String name : List.of("to_code", "from_code")) {
      declared.add(Parameter.plain(name + "_w", null, 4, 4, 1, 1));
      declared.add(Parameter.plain(name + "_b", null, 4));
    }
    Map<String, List<Long>> expected = new LinkedHashMap<>();
    declared.forEach(p -> expected.put("tokenizer." + p.name(), shape(p.shape().getShape())));
    Map<String, List<Long>> found = new LinkedHashMap<>();
    keys.weights().forEach((name, source) -> found.put(name, shape(official, source)));
    assertThat(found).containsExactlyInAnyOrderEntriesOf(expected);
    assertThat(
            keys.weights().values().stream()
                .flatMap(source -> source.names().stream())
                .collect(Collectors.toList()))
        .containsExactlyInAnyOrderElementsOf(official.checkpoint.tensors().keySet());
  }

  private static List<Long> shape(Official official, Source source) {
    List<Long> shape = null;
    for (String name : source.names()) {
      List<Long> one = shape(official.checkpoint.tensors().get(name).shape().getShape());
      if (shape == null) {
        shape = one;
      } else {
        shape.set(0, shape.get(0) + one.get(0));
      }
    }
    return shape;
  }

  private static List<Long> shape(long[] axes) {
    List<Long> shape = new ArrayList<>();
    for (long axis : axes) {
      shape.add(axis);
    }
    return shape;
  }

  @Test
  void mapsEveryTensorOfEveryNaming() {
    assertComplete(new Official(false, true, 1));
    assertComplete(new Official(false, false, 2));
    assertComplete(new Official(true, false, 2));
  }

  @Test
  void blocksAreNumberedInTheOrderInWhichTheyRun() {
    Official official = new Official(false, true, 1);
    KeyMap keys = new KeyMap().from(official.tensors());
    AutoencoderKeys.of(official.tensors()).map(keys, "");
    Map<String, Source> weights = keys.weights();
    assertThat(weights.get("conv1_w.0").names())
        .containsExactly("encoder.down.0.block.0.conv1.weight");
    assertThat(weights.get("conv1_w.3").names())
        .containsExactly("encoder.mid.block_1.conv1.weight");
    assertThat(weights.get("conv1_w.7").names())
        .containsExactly("decoder.up.2.block.0.conv1.weight");
    assertThat(weights.get("up_w.0").names()).containsExactly("decoder.up.2.upsample.conv.weight");
    assertThat(weights.get("attn_out_w.1").names())
        .containsExactly("encoder.mid.attn_1.proj_out.weight");
  }

  @Test
  void readsSizesOffTheTensors() {
    for (boolean inOrder : new boolean[] {false, true}) {
      AutoencoderKeys keys = AutoencoderKeys.of(new Official(inOrder, false, 2).tensors());
      Map<String, Object> network = keys.network(config(Map.of("norm_eps", 1e-5)));
      assertThat(network)
          .containsEntry("width", STEM)
          .containsEntry("channels", CHANNELS)
          .containsEntry("decoder-channels", List.of())
          .containsEntry("blocks", 2)
          .containsEntry("groups", 32)
          .containsEntry("norm-eps", 1e-5)
          .containsEntry("encoder-attention", List.of(2))
          .containsEntry("decoder-attention", List.of())
          .containsEntry("middle-attention", true);
      assertThat(keys.factor()).isEqualTo(4);
      assertThat(keys.imageChannels()).isEqualTo(3);
      assertThat(keys.latentWidth()).isEqualTo(4);
    }
  }

  @Test
  void refusesAConfigurationThatTheTensorsContradict() {
    AutoencoderKeys keys = AutoencoderKeys.of(new Official(false, true, 1).tensors());
    assertThat(
            keys.network(
                config(
                    Map.of(
                        "ch",
                        8,
                        "ch_mult",
                        List.of(1, 2, 2),
                        "num_res_blocks",
                        1,
                        "resolution",
                        64,
                        "attn_resolutions_encoder",
                        List.of(16),
                        "attn_resolutions_decoder",
                        List.of()))))
        .isNotEmpty();
    Map<String, Object> wrong =
        Map.of(
            "ch",
            16,
            "ch_mult",
            List.of(1, 1, 2),
            "num_res_blocks",
            2,
            "using_sa",
            false,
            "using_mid_sa",
            false);
    wrong.forEach(
        (key, value) ->
            assertThatThrownBy(() -> keys.network(config(Map.of(key, value))))
                .isInstanceOf(PartException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("expected")
                .hasMessageContaining("found"));
    assertThatThrownBy(
            () ->
                keys.network(
                    config(Map.of("resolution", 64, "attn_resolutions_encoder", List.of(32)))))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("attn_resolutions_encoder");
  }

  @Test
  void mapsTheConvolutionsOfScalesHoweverTheyAreShared() {
    for (List<String> names :
        List.of(
            List.of("quantize.quant_resi.qresi_ls.0", "quantize.quant_resi.qresi_ls.1"),
            List.of("quantize.quant_resi.qresi"),
            List.of("quantize.quant_resi.0", "quantize.quant_resi.1"))) {
      CheckpointLayout checkpoint = new CheckpointLayout().with("quantize.embedding.weight", 10, 4);
      for (String name : names) {
        checkpoint.with(name + ".weight", 4, 4, 3, 3).with(name + ".bias", 4);
      }
      StateDict tensors =
          StateDict.require("test", List.of(checkpoint), "quantize.embedding.weight");
      KeyMap keys = new KeyMap().from(tensors);
      AutoencoderKeys.of(tensors).mapQuantiser(keys, "");
      assertThat(AutoencoderKeys.of(tensors).phiCount()).isEqualTo(names.size());
      assertThat(keys.weights()).hasSize(1 + 2 * names.size());
      assertThat(keys.weights().get("phi_b.0").names()).containsExactly(names.get(0) + ".bias");
    }
  }
}
