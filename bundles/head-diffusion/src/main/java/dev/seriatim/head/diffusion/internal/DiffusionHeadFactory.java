package dev.seriatim.head.diffusion.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link DiffusionHead}s; the widths of hidden states and tokens follow from the frame. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.HEAD,
    id = DiffusionHeadFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.CONTINUOUS)
public final class DiffusionHeadFactory
    implements PartFactory<Head, DiffusionHeadFactory.Configuration> {
  static final String ID = "diffusion";

  /** The network's size, and how it is sampled and trained. */
  public record Configuration(
      @ConfigKey("width of the network, at least 1") int width,
      @ConfigKey("residual blocks, at least 1") int blocks,
      @ConfigKey(
              value =
                  "sampling steps: a number; several with commas between, one for each equal section"
                      + " of the training's steps; or ddim and a number, for a fixed stride that"
                      + " leaves out the noisiest",
              defaultValue = "\"100\"")
          String samplingSteps,
      @ConfigKey(value = "diffusion steps in training, at least 2", defaultValue = "1000")
          int trainingSteps,
      @ConfigKey(
              value = "diffusion times at which each token is trained at once, at least 1",
              defaultValue = "4")
          int repeats) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Head> blueprint(Configuration configuration, Frame frame) {
    require(configuration.width >= 1, ID, "width", "at least 1", configuration.width);
    require(configuration.blocks >= 1, ID, "blocks", "at least 1", configuration.blocks);
    int trained = configuration.trainingSteps;
    require(trained >= 2, ID, "training-steps", "at least 2", trained);
    require(configuration.repeats >= 1, ID, "repeats", "at least 1", configuration.repeats);
    Respacing respacing = Respacing.parse(configuration.samplingSteps, trained);
    int token = frame.continuous(ID).width();
    return new DiffusionBlueprint(configuration, respacing, frame, token);
  }
}
