package dev.seriatim.tokenizer.maskgit.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.maskgit.internal.VqMaskgitFactory.Configuration;
import java.util.List;
import java.util.Map;

abstract class VqMaskgitContract extends TokenizerContract<Configuration> {
  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new VqMaskgitFactory();
  }

  static Configuration with(
      int height, int width, int channels, int vocabulary, List<Integer> levels, int stem) {
    return new Configuration(height, width, channels, vocabulary, 6, levels, stem, 1, 8, 0.25);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    Configuration size = configuration();
    return noise(samples, size.imageChannels(), size.height(), size.width(), seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "height", with(10, 16, 3, 32, List.of(8, 16, 16), 0),
        "width", with(8, 2, 3, 32, List.of(8, 16, 16), 0),
        "image-channels", with(8, 16, 2, 32, List.of(8, 16), 0),
        "vocabulary", with(8, 16, 3, 1, List.of(8, 16), 0),
        "channels", with(8, 16, 3, 32, List.of(8, 12), 0),
        "stem", with(8, 16, 3, 32, List.of(8, 16), 12));
  }
}
