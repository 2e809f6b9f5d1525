package dev.seriatim.tokenizer.titok.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.kernels.MaskgitDecoder;
import org.osgi.service.component.annotations.Component;

/**
 * Makes TiTok tokenizers (Yu et al., "An image is worth 32 tokens for reconstruction and
 * generation", 2024): {@link TitokIds} with a codebook, {@link TitokVectors} without.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = TitokFactory.ID,
    version = "1.0.0",
    tokens = {ProvidesPart.DISCRETE, ProvidesPart.CONTINUOUS})
public final class TitokFactory implements PartFactory<Tokenizer, TitokFactory.Configuration> {
  static final String ID = "titok";

  /** A vision transformer. */
  public record Transformer(
      @ConfigKey("width of its states, a multiple of heads") int width,
      @ConfigKey("layers, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("pixels along the edge of a patch; divides rows and columns") int patch) {
    private void check(String key, int height, int columns) {
      require(heads >= 1, ID, key + ".heads", "at least 1", heads);
      boolean divides = width >= 1 && width % heads == 0;
      require(divides, ID, key + ".width", "a multiple of heads (" + heads + ")", width);
      require(layers >= 1, ID, key + ".layers", "at least 1", layers);
      boolean patches = patch >= 1 && height % patch == 0 && columns % patch == 0;
      String expected = "a divisor of " + height + " and " + columns;
      require(patches, ID, key + ".patch", expected, patch);
    }
  }

  /** Sizes of the images, the tokens and the networks. */
  public record Configuration(
      @ConfigKey("rows of an image, a multiple of both patches") int height,
      @ConfigKey("columns of an image, a multiple of both patches") int width,
      @ConfigKey("tokens of an image, at least 1") int tokens,
      @ConfigKey("width of a code vector, at least 1") int codeWidth,
      @ConfigKey(value = "size of the codebook; 0: tokens are vectors", defaultValue = "0")
          int vocabulary,
      @ConfigKey(
              value = "whether codes and codebook are compared, and decoded, at length 1",
              defaultValue = "false")
          boolean unitCodes,
      @ConfigKey(
              value = "whether [token, width] is read as [width, token], as the first models do",
              defaultValue = "false")
          boolean interleaved,
      @ConfigKey("the transformer that encodes") Transformer encoder,
      @ConfigKey("the transformer that decodes") Transformer decoder,
      @ConfigKey(
              value = "size of the codebook that the decoder mixes; 0: it gives pixels itself",
              defaultValue = "0")
          int pixelVocabulary,
      @ConfigKey(
              value = "what paints the mixed vectors; none where the decoder gives pixels itself",
              defaultValue = "null")
          MaskgitDecoder pixels,
      @ConfigKey(
              value = "weight of the commitment loss in training, at least 0",
              defaultValue = "0.25")
          double commitment) {
    boolean hasIds() {
      return vocabulary > 0;
    }

    boolean mixes() {
      return pixelVocabulary > 0;
    }

    TokenSpace tokenSpace() {
      return hasIds()
          ? new TokenSpace.Discrete(vocabulary, 1)
          : new TokenSpace.Continuous(codeWidth);
    }

    int patches(Transformer transformer) {
      return height / transformer.patch * (width / transformer.patch);
    }
  }

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration configuration, Frame frame) {
    check(configuration);
    return new TitokBlueprint(
        configuration, frame.with(new Sequence(configuration.tokens), configuration.tokenSpace()));
  }

  private static void check(Configuration c) {
    require(c.height >= 1, ID, "height", "at least 1", c.height);
    require(c.width >= 1, ID, "width", "at least 1", c.width);
    require(c.tokens >= 1, ID, "tokens", "at least 1", c.tokens);
    require(c.codeWidth >= 1, ID, "code-width", "at least 1", c.codeWidth);
    boolean codebook = c.vocabulary == 0 || c.vocabulary >= 2;
    require(codebook, ID, "vocabulary", "0 or at least 2", c.vocabulary);
    boolean unit = c.hasIds() || !c.unitCodes;
    require(unit, ID, "unit-codes", "false where tokens are vectors", c.unitCodes);
    require(c.encoder != null, ID, "encoder", "a transformer", null);
    require(c.decoder != null, ID, "decoder", "a transformer", null);
    c.encoder.check("encoder", c.height, c.width);
    c.decoder.check("decoder", c.height, c.width);
    checkPixels(c);
    require(c.commitment >= 0, ID, "commitment", "at least 0", c.commitment);
  }

  private static void checkPixels(Configuration c) {
    require(c.pixelVocabulary >= 0, ID, "pixel-vocabulary", "at least 0", c.pixelVocabulary);
    if (!c.mixes()) {
      require(c.pixels == null, ID, "pixels", "none without pixel-vocabulary", c.pixels);
      return;
    }
    require(c.pixels != null, ID, "pixels", "sizes, as there is a pixel-vocabulary", null);
    c.pixels.check(ID, "pixels.");
    int channels = c.pixels.imageChannels();
    require(channels == 3, ID, "pixels.image-channels", "3", channels);
    String levels = "levels that enlarge by decoder.patch (" + c.decoder.patch + ")";
    boolean enlarges = c.pixels.factor() == c.decoder.patch;
    require(enlarges, ID, "pixels.channels", levels, c.pixels.channels());
  }
}
