package dev.seriatim.tokenizer.lfq.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.lfq.internal.LfqGridFactory.Configuration;
import java.util.List;
import java.util.Map;

abstract class LfqGridContract extends TokenizerContract<Configuration> {
  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new LfqGridFactory();
  }

  static Configuration with(
      int height, int width, int bits, List<Integer> subTokens, List<Integer> levels, int stem) {
    return new Configuration(height, width, 3, bits, subTokens, levels, stem, 1, 8);
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
        "height", with(10, 16, 6, List.of(), List.of(8, 16, 16), 0),
        "width", with(8, 2, 6, List.of(), List.of(8, 16, 16), 0),
        "bits", with(8, 16, 31, List.of(), List.of(8, 16), 0),
        "sub-tokens", with(8, 16, 6, List.of(2, 3), List.of(8, 16), 0),
        "channels", with(8, 16, 6, List.of(), List.of(8, 12), 0),
        "stem", with(8, 16, 6, List.of(), List.of(8, 16), 12));
  }
}
