package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parts found and laid out. A value: what is found later does not change it. */
public final class PartAssembly implements Assembly {
  private final Frame frame;
  private final Map<String, LaidOutPart> parts;

  PartAssembly(Frame frame, Map<String, LaidOutPart> parts) {
    this.frame = frame;
    this.parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  @Override
  public Frame frame() {
    return frame;
  }

  @Override
  public Set<String> kinds() {
    return parts.keySet();
  }

  @Override
  public PartDescription part(String kind) {
    return get(kind).installed().description();
  }

  @Override
  public Map<String, Object> config(String kind) {
    return get(kind).config();
  }

  @Override
  public List<Parameter> parameters(String kind) {
    return get(kind).blueprint().parameters();
  }

  @Override
  public <P extends Part> P build(String kind, Class<P> type, Engine engine, Weights weights) {
    Part part = get(kind).blueprint().build(engine, weights);
    if (type.isInstance(part)) {
      return type.cast(part);
    }
    String found = part == null ? "nothing" : part.getClass().getName();
    if (part != null) {
      part.close();
    }
    throw PartException.of(get(kind).installed().label(), "type", type.getSimpleName(), found);
  }

  /** The reference by which a kind's part was found. */
  public PartReference reference(String kind) {
    return get(kind).reference();
  }

  /** Whether another assembly holds the same parts, from the same services. */
  public boolean samePartsAs(PartAssembly other) {
    return parts.keySet().equals(other.parts.keySet())
        && parts.keySet().stream()
            .allMatch(
                key ->
                    parts.get(key).installed().service()
                        == other.parts.get(key).installed().service());
  }

  Map<String, LaidOutPart> parts() {
    return parts;
  }

  private LaidOutPart get(String kind) {
    LaidOutPart part = parts.get(kind);
    if (part == null) {
      throw new PartException(
          "The model has no part of kind " + kind + ", only " + String.join(", ", parts.keySet()));
    }
    return part;
  }
}
