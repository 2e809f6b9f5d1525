package dev.seriatim.testkit;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds parts among factories that are given by hand, for tests outside a framework. */
public final class FactoryAssembler implements Assembler {
  private final Map<String, PartFactory<?, ?>> factories;

  /**
   * @param factories by id; where kinds share an id, by kind, colon and id: {@code head:neighbour}
   */
  public FactoryAssembler(Map<String, PartFactory<?, ?>> factories) {
    this.factories = factories;
  }

  @Override
  public Assembly assemble(ConditionSpace conditions, Map<String, PartReference> parts) {
    Map<String, Made> made = new LinkedHashMap<>();
    Frame frame = Frame.of(conditions);
    Set<String> order = new LinkedHashSet<>(List.of("tokenizer", "backbone", "head"));
    order.retainAll(parts.keySet());
    order.addAll(parts.keySet());
    for (String kind : order) {
      PartReference reference = parts.get(kind);
      PartFactory<?, ?> factory = factory(kind, reference.id());
      if (factory == null) {
        throw new PartException("The model needs " + kind + " " + reference.id());
      }
      Blueprint<?> blueprint = blueprint(factory, reference, frame);
      made.put(kind, new Made(reference, blueprint));
      frame = blueprint.frame();
    }
    return new Made.All(frame, made);
  }

  private PartFactory<?, ?> factory(String kind, String id) {
    PartFactory<?, ?> ofKind = factories.get(kind + ":" + id);
    return ofKind != null ? ofKind : factories.get(id);
  }

  private static <P extends Part, C extends Record> Blueprint<P> blueprint(
      PartFactory<P, C> factory, PartReference reference, Frame frame) {
    C config = new ConfigBinder(reference.id()).bind(factory.configuration(), reference.config());
    return factory.blueprint(config, frame);
  }

  private record Made(PartReference reference, Blueprint<?> blueprint) {
    private record All(Frame frame, Map<String, Made> parts) implements Assembly {
      @Override
      public Set<String> kinds() {
        return parts.keySet();
      }

      @Override
      public PartDescription part(String kind) {
        PartReference reference = parts.get(kind).reference;
        return new PartDescription(kind, reference.id(), "1.0.0", "test", Map.of(), List.of());
      }

      @Override
      public Map<String, Object> config(String kind) {
        return parts.get(kind).reference.config();
      }

      @Override
      public List<Parameter> parameters(String kind) {
        return parts.get(kind).blueprint.parameters();
      }

      @Override
      public <P extends Part> P build(String kind, Class<P> type, Engine engine, Weights weights) {
        return type.cast(parts.get(kind).blueprint.build(engine, weights));
      }
    }
  }
}
