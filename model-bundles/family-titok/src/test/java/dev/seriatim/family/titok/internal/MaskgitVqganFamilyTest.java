package dev.seriatim.family.titok.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.canvas.Grid;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.tokenizer.maskgit.internal.VqMaskgitFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskgitVqganFamilyTest {
  private static final List<Integer> PUBLISHED = List.of(128, 128, 256, 256, 512);

  /** The decoder's official names. */
  static void decoder(Layout layout, String name, List<Integer> channels, int blocks, int code) {
    int levels = channels.size();
    int width = channels.get(levels - 1);
    layout.convolution(name + "conv_in", width, code, 3);
    layout.level(name + "mid.", blocks, width, width, true);
    for (int level = levels - 1; level >= 0; level--) {
      String up = name + "up." + level + ".";
      layout.level(up + "block.", blocks, width, channels.get(level), true);
      width = channels.get(level);
      if (level > 0) {
        layout.convolution(up + "upsample_conv", width, width, 3);
      }
    }
    layout.norm(name + "norm_out", width);
    layout.convolution(name + "conv_out", 3, width, 3);
  }

  private static Layout published() {
    Layout layout = new Layout().with("encoder.conv_in.weight", 128, 3, 3, 3);
    int width = 128;
    for (int level = 0; level < PUBLISHED.size(); level++) {
      String name = "encoder.down." + level + ".block.";
      layout.level(name, 2, width, PUBLISHED.get(level), true);
      width = PUBLISHED.get(level);
    }
    layout.level("encoder.mid.", 2, width, width, true);
    layout.norm("encoder.norm_out", width).convolution("encoder.conv_out", 256, width, 1);
    decoder(layout, "decoder.", PUBLISHED, 2, 256);
    return layout.with("quantize.embedding.weight", 1024, 256);
  }

  @Test
  void thePublishedTokenizerNeedsNoConfiguration() {
    Layout layout = published();
    Frame frame =
        new Reading(new MaskgitVqganFamily().read(Map.of(), layout.alone()), layout)
            .fits(new VqMaskgitFactory());
    assertThat(frame.layout()).isEqualTo(new Grid(16, 16));
    assertThat(frame.tokens()).isEqualTo(new TokenSpace.Discrete(1024, 1));
  }

  @Test
  void aConfigurationOfAnotherNetworkIsRefused() {
    Map<String, ?> other = Map.of("hidden_channels", 128, "channel_mult", List.of(1, 2, 2, 4));
    assertThatThrownBy(() -> new MaskgitVqganFamily().read(other, published().alone()))
        .isInstanceOf(PartException.class)
        .hasMessage(
            "maskgit-vqgan: channel_mult: expected as in the checkpoint, [1, 1, 2, 2, 4],"
                + " found [1, 2, 2, 4]");
  }

  @Test
  void aSettingThatIsNotServedIsRefused() {
    Map<String, ?> other = Map.of("attn_resolutions", List.of(16));
    assertThatThrownBy(() -> new MaskgitVqganFamily().read(other, published().alone()))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("attn_resolutions");
  }
}
