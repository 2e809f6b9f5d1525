package dev.seriatim.backbone.llamagen.internal;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.kernels.GridTransformer;
import org.osgi.service.component.annotations.Component;

/**
 * Makes {@link LlamaGen}s.
 *
 * <p>Weights: those of {@link GridTransformer}, and {@code norm_w} [width].
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = LlamaGenFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"raster", "speculative"})
public final class LlamaGenFactory implements PartFactory<Backbone, GridTransformer> {
  static final String ID = "llamagen";

  @Override
  public Class<GridTransformer> configuration() {
    return GridTransformer.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(GridTransformer size, Frame frame) {
    size.check(ID, "", frame);
    return new LlamaGenBlueprint(size, frame.with(size.width()));
  }
}
