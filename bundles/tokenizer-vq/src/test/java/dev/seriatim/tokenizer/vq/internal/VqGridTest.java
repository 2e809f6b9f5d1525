package dev.seriatim.tokenizer.vq.internal;

import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.testkit.TokenizerContract;
import dev.seriatim.tokenizer.vq.internal.VqGridFactory.Configuration;
import java.util.List;
import java.util.Map;

class VqGridTest extends TokenizerContract<Configuration> {
  @Override
  protected PartFactory<Tokenizer, Configuration> factory() {
    return new VqGridFactory();
  }

  @Override
  protected Configuration configuration() {
    return with(8, 16, 3, 32, List.of(8, 16), 8);
  }

  private static Configuration with(
      int height,
      int width,
      int imageChannels,
      int vocabulary,
      List<Integer> channels,
      int groups) {
    return new Configuration(
        height, width, imageChannels, vocabulary, 4, channels, 1, groups, 0.25);
  }

  @Override
  protected Frame frame() {
    return Frame.of(ConditionSpace.NONE);
  }

  @Override
  protected Images images(int samples, long seed) {
    return noise(samples, 3, 8, 16, seed);
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "height", with(10, 16, 3, 32, List.of(8, 16), 8),
        "width", with(8, 2, 3, 32, List.of(8, 16), 8),
        "image-channels", with(8, 16, 2, 32, List.of(8, 16), 8),
        "vocabulary", with(8, 16, 3, 1, List.of(8, 16), 8),
        "channels", with(8, 16, 3, 32, List.of(), 8),
        "groups", with(8, 16, 3, 32, List.of(8, 16), 0));
  }
}
