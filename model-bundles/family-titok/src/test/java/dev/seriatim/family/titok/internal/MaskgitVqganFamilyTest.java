package dev.seriatim.family.titok.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.verification.Family;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.testkit.FamilyContract;
import dev.seriatim.tokenizer.maskgit.internal.VqMaskgitFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskgitVqganFamilyTest extends FamilyContract {
  private static final List<Integer> PUBLISHED = List.of(128, 128, 256, 256, 512);

  @Override
  protected Family family() {
    return new MaskgitVqganFamily();
  }

  @Override
  protected Map<String, PartFactory<?, ?>> factories() {
    return Map.of("vq.maskgit", new VqMaskgitFactory());
  }

  @Override
  protected Map<String, ?> configuration() {
    return Map.of();
  }

  @Override
  protected List<CheckpointLayout> checkpoints() {
    return List.of(published());
  }

  @Override
  protected String tensor() {
    return "decoder.up.2.block.1.conv2.weight";
  }

  @Override
  protected Map<String, Map<String, ?>> refused() {
    return Map.of(
        "attn_resolutions",
        Map.of("attn_resolutions", List.of(16)),
        "maskgit-vqgan: channel_mult: expected as in the checkpoint, [1, 1, 2, 2, 4],"
            + " found [1, 2, 2, 4]",
        Map.of("hidden_channels", 128, "channel_mult", List.of(1, 2, 2, 4)));
  }

  /**
   * The residual blocks of a level, without biases in their convolutions; the shortcut is of the
   * result.
   */
  private static void level(CheckpointLayout layout, String blocks, int count, int in, int out) {
    for (int i = 0; i < count; i++) {
      int before = i == 0 ? in : out;
      String block = blocks + i + ".";
      layout.layer(block + "norm1", before).with(block + "conv1.weight", out, before, 3, 3);
      layout.layer(block + "norm2", out).with(block + "conv2.weight", out, out, 3, 3);
      if (before != out) {
        layout.with(block + "nin_shortcut.weight", out, out, 1, 1);
      }
    }
  }

  /** The decoder's official names. */
  static void decoder(
      CheckpointLayout layout, String name, List<Integer> channels, int blocks, int code) {
    int levels = channels.size();
    int width = channels.get(levels - 1);
    layout.convolution(name + "conv_in", width, code, 3);
    level(layout, name + "mid.", blocks, width, width);
    for (int level = levels - 1; level >= 0; level--) {
      String up = name + "up." + level + ".";
      level(layout, up + "block.", blocks, width, channels.get(level));
      width = channels.get(level);
      if (level > 0) {
        layout.convolution(up + "upsample_conv", width, width, 3);
      }
    }
    layout.layer(name + "norm_out", width);
    layout.convolution(name + "conv_out", 3, width, 3);
  }

  private static CheckpointLayout published() {
    CheckpointLayout layout = new CheckpointLayout().with("encoder.conv_in.weight", 128, 3, 3, 3);
    int width = 128;
    for (int level = 0; level < PUBLISHED.size(); level++) {
      String name = "encoder.down." + level + ".block.";
      level(layout, name, 2, width, PUBLISHED.get(level));
      width = PUBLISHED.get(level);
    }
    level(layout, "encoder.mid.", 2, width, width);
    layout.layer("encoder.norm_out", width).convolution("encoder.conv_out", 256, width, 1);
    decoder(layout, "decoder.", PUBLISHED, 2, 256);
    return layout.with("quantize.embedding.weight", 1024, 256);
  }

  @Test
  void thePublishedTokenizerNeedsNoConfiguration() {
    Frame frame = fit(Map.of(), checkpoints()).frame();
    assertThat(frame.layout()).isEqualTo(new Grid(16, 16));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(1024, 1));
  }
}
