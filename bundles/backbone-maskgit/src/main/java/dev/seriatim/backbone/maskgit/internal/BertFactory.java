package dev.seriatim.backbone.maskgit.internal;

import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import org.osgi.service.component.annotations.Component;

/** Makes {@link MaskedTransformer}s in the shape of BERT. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.BACKBONE,
    id = BertFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = {"masked", "permuted", "raster"})
public final class BertFactory implements PartFactory<Backbone, NetworkSize> {
  static final String ID = "maskgit.bert";

  @Override
  public Class<NetworkSize> configuration() {
    return NetworkSize.class;
  }

  @Override
  public Blueprint<Backbone> blueprint(NetworkSize size, Frame frame) {
    return new BertBlueprint(size, size.fit(ID, frame));
  }
}
