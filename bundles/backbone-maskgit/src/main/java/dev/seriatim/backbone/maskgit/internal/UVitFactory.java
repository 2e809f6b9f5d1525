package dev.seriatim.backbone.maskgit.internal;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link MaskedTransformer}s in the shape of a U. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = UVitFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"masked", "permuted", "raster"})
public final class UVitFactory implements PartFactory<Backbone, NetworkSize> {
  static final String ID = "maskgit.uvit";

  @Override
  public Class<NetworkSize> configuration() {
    return NetworkSize.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(NetworkSize size, Frame frame) {
    return new UVitBlueprint(size, size.fit(ID, frame));
  }
}
