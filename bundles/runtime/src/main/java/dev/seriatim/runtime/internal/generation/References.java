package dev.seriatim.runtime.internal.generation;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.runtime.internal.assembly.PartAssembler;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A model's references to parts, by the keys of an assembly. */
public final class References {
  private static final Set<String> GENERATOR =
      Set.of(
          ProvidesPart.TOKENIZER, ProvidesPart.BACKBONE, ProvidesPart.HEAD, ProvidesPart.SCHEDULER);

  private References() {}

  /** All references: parts by kind, then guides by guide:id in their order. */
  public static Map<String, PartReference> of(ModelDescriptor model) {
    Map<String, PartReference> references = new LinkedHashMap<>(model.parts());
    model.guides().forEach(guide -> references.put(guide(guide.id()), guide));
    return Collections.unmodifiableMap(references);
  }

  /**
   * The reference of one part and of those that come before it in its frame.
   *
   * @param kind a key of {@code all}
   */
  public static Map<String, PartReference> upTo(String kind, Map<String, PartReference> all) {
    Map<String, PartReference> some = new LinkedHashMap<>();
    boolean ofModel =
        PartAssembler.CHAIN.contains(kind) || !PartAssembler.DRAFT_CHAIN.contains(kind);
    for (String before : ofModel ? PartAssembler.CHAIN : PartAssembler.DRAFT_CHAIN) {
      if (before.equals(kind)) {
        break;
      }
      if (all.containsKey(before)) {
        some.put(before, all.get(before));
      }
    }
    some.put(kind, all.get(kind));
    return some;
  }

  /** Whether a model has what it takes to generate. */
  public static boolean generates(ModelDescriptor model) {
    return model.parts().keySet().containsAll(GENERATOR);
  }

  static String guide(String id) {
    return ProvidesPart.GUIDE + ":" + id;
  }
}
