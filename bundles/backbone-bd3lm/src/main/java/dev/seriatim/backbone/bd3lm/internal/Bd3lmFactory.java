package dev.seriatim.backbone.bd3lm.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link Bd3lm}s. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = Bd3lmFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"blocks", "masked"})
public final class Bd3lmFactory implements PartFactory<Backbone, Bd3lmFactory.Configuration> {
  static final String ID = "bd3lm";

  /** The size of the network. */
  public record Configuration(
      @ConfigKey("number of blocks of the network, at least 1") int layers,
      @ConfigKey("attention heads, at least 1") int heads,
      @ConfigKey("width of the hidden states, an even multiple of heads") int width,
      @ConfigKey("width of the feed-forward layers, at least 1") int mlpWidth,
      @ConfigKey("width of what modulates the layers, at least 1") int conditionWidth,
      @ConfigKey("slots that are denoised together, from 1 to as many as there are") int blockSize,
      @ConfigKey("id of the mask, from 0 to the vocabulary's last") int maskId,
      @ConfigKey(
              value = "whether the network is told the time of the diffusion",
              defaultValue = "false")
          boolean timeConditioning,
      @ConfigKey(value = "width of the embedding of the time, even", defaultValue = "256")
          int frequencyWidth) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(Configuration size, Frame frame) {
    int heads = size.heads;
    int width = size.width;
    require(size.layers >= 1, ID, "layers", "at least 1", size.layers);
    require(heads >= 1, ID, "heads", "at least 1", heads);
    require(
        width >= 1 && width % (2 * heads) == 0,
        ID,
        "width",
        "an even multiple of heads (" + heads + ")",
        width);
    require(size.mlpWidth >= 1, ID, "mlp-width", "at least 1", size.mlpWidth);
    require(size.conditionWidth >= 1, ID, "condition-width", "at least 1", size.conditionWidth);
    require(
        size.frequencyWidth >= 2 && size.frequencyWidth % 2 == 0,
        ID,
        "frequency-width",
        "an even number of at least 2",
        size.frequencyWidth);
    TokenSpace.Discrete tokens = frame.discrete(ID);
    require(tokens.codebooks() == 1, ID, "tokens", "one codebook per slot", tokens.codebooks());
    require(frame.layout() instanceof Sequence, ID, "layout", "a sequence", frame.layout());
    require(
        size.blockSize >= 1 && size.blockSize <= frame.layout().slots(),
        ID,
        "block-size",
        "1 to " + frame.layout().slots(),
        size.blockSize);
    require(
        size.maskId >= 0 && size.maskId < tokens.vocabulary(),
        ID,
        "mask-id",
        "0 to " + (tokens.vocabulary() - 1),
        size.maskId);
    return new Bd3lmBlueprint(size, frame.with(width));
  }
}
