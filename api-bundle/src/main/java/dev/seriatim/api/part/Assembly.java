package dev.seriatim.api.part;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** Parts that were found and laid out, not yet built. Any thread but for {@link #build}. */
@ProviderType
public interface Assembly {
  /** What the parts agreed on. */
  Frame frame();

  /** The kinds that are there, as they were named to {@link Assembler#assemble}. */
  Set<String> kinds();

  /** The part that was found for a kind. */
  PartDescription part(String kind);

  /** The complete configuration of a kind's part, defaults included. */
  Map<String, Object> config(String kind);

  /** The weights that a kind's part needs. */
  List<Parameter> parameters(String kind);

  /**
   * Builds a kind's part. Engine thread.
   *
   * @param type what it must be
   * @throws PartException when the part is of another type, or refuses
   */
  <P extends Part> P build(String kind, Class<P> type, Engine engine, Weights weights);
}
