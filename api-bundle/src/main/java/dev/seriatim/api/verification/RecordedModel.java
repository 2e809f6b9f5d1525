package dev.seriatim.api.verification;

import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Part;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** An imported model with its parts built. Closed with its case. Engine thread. */
@ProviderType
public interface RecordedModel {
  /** What it was imported as. */
  ModelDescriptor descriptor();

  /**
   * A part.
   *
   * @param kind for example {@code tokenizer}
   * @param type what it must be
   */
  <P extends Part> P part(String kind, Class<P> type);

  /**
   * All parts for a run of the loop.
   *
   * @param scheduler in place of the model's; null for the model's
   * @param guides in place of the model's; null for the model's
   */
  Loop.Parts parts(PartReference scheduler, List<PartReference> guides);
}
