package dev.seriatim.family.gpt2.internal;

import dev.seriatim.api.part.PartFactory;
import dev.seriatim.backbone.transformer.internal.CausalTransformerFactory;
import dev.seriatim.head.categorical.internal.CategoricalHeadFactory;
import dev.seriatim.schedulers.internal.RasterFactory;
import dev.seriatim.testkit.CheckpointLayout;
import dev.seriatim.tokenizer.ids.internal.IdsFactory;
import java.util.Map;

/** Names and shapes of GPT-2's tensors, of any size. */
final class Layouts {
  static final int VOCABULARY = 50257;

  private static final int POSITIONS = 1024;

  private Layouts() {}

  static Map<String, PartFactory<?, ?>> factories() {
    return Map.of(
        "ids", new IdsFactory(),
        "transformer.causal", new CausalTransformerFactory(),
        "categorical", new CategoricalHeadFactory(),
        "raster", new RasterFactory());
  }

  /** As on the Hugging Face hub: linear layers [in, out], the mask of attention beside them. */
  static CheckpointLayout hub(String prefix, int layers, long width) {
    CheckpointLayout layout =
        new CheckpointLayout(prefix)
            .with("wte.weight", VOCABULARY, width)
            .with("wpe.weight", POSITIONS, width)
            .layer("ln_f", width);
    for (int i = 0; i < layers; i++) {
      String block = "h." + i + ".";
      layout
          .layer(block + "ln_1", width)
          .with(block + "attn.bias", 1, 1, POSITIONS, POSITIONS)
          .with(block + "attn.c_attn.weight", width, 3 * width)
          .with(block + "attn.c_attn.bias", 3 * width)
          .layer(block + "attn.c_proj", width, width)
          .layer(block + "ln_2", width)
          .with(block + "mlp.c_fc.weight", width, 4 * width)
          .with(block + "mlp.c_fc.bias", 4 * width)
          .with(block + "mlp.c_proj.weight", 4 * width, width)
          .with(block + "mlp.c_proj.bias", width);
    }
    return new CheckpointLayout().withAll("", layout);
  }

  /** As nanoGPT saves it: linear layers [out, in]. */
  static CheckpointLayout nano(
      String prefix, int layers, long width, long positions, boolean bias) {
    CheckpointLayout layout =
        new CheckpointLayout(prefix)
            .with("lm_head.weight", VOCABULARY, width)
            .with("transformer.wte.weight", VOCABULARY, width)
            .with("transformer.wpe.weight", positions, width);
    layer(layout, "transformer.ln_f", bias, width);
    for (int i = 0; i < layers; i++) {
      String block = "transformer.h." + i + ".";
      layer(layout, block + "ln_1", bias, width);
      layer(layout, block + "attn.c_attn", bias, 3 * width, width);
      layer(layout, block + "attn.c_proj", bias, width, width);
      layer(layout, block + "ln_2", bias, width);
      layer(layout, block + "mlp.c_fc", bias, 4 * width, width);
      layer(layout, block + "mlp.c_proj", bias, width, 4 * width);
    }
    return new CheckpointLayout().withAll("", layout);
  }

  private static void layer(CheckpointLayout layout, String name, boolean bias, long... shape) {
    layout.with(name + ".weight", shape);
    if (bias) {
      layout.with(name + ".bias", shape[0]);
    }
  }
}
