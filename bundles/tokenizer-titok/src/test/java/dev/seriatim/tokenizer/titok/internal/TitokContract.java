package dev.seriatim.tokenizer.titok.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.MaskgitDecoder;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.titok.internal.TitokFactory.Configuration;
import dev.seriatim.tokenizer.titok.internal.TitokFactory.Transformer;
import java.util.List;
import java.util.Map;

abstract class TitokContract extends TokenizerContract<Configuration> {
  static final MaskgitDecoder PAINTER = new MaskgitDecoder(6, List.of(8, 16, 8), 1, 8, 3);

  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new TitokFactory();
  }

  static Configuration with(int height, int vocabulary, boolean legacy, int heads, int patch) {
    return with(height, vocabulary, legacy, heads, patch, legacy ? PAINTER : null);
  }

  static Configuration with(
      int height, int vocabulary, boolean legacy, int heads, int patch, MaskgitDecoder pixels) {
    return new Configuration(
        height,
        16,
        5,
        6,
        vocabulary,
        legacy,
        legacy,
        new Transformer(12, 2, heads, patch),
        new Transformer(16, 1, 4, 4),
        legacy ? 20 : 0,
        pixels,
        0.25);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    return noise(samples, 3, configuration().height(), configuration().width(), seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "height", with(0, 32, true, 3, 4),
        "encoder.width", with(8, 32, true, 5, 4),
        "encoder.patch", with(8, 32, true, 3, 3),
        "vocabulary", with(8, 1, true, 3, 4),
        "unit-codes", with(8, 0, true, 3, 4),
        "pixels", with(8, 32, false, 3, 4, PAINTER),
        "pixels.channels", with(8, 32, true, 3, 4, new MaskgitDecoder(6, List.of(8, 8), 1, 8, 3)));
  }
}
