package dev.seriatim.runtime.internal.assembly;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.runtime.internal.config.ConfigBinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Finds parts, binds their configuration and chains their blueprints over the frame. */
@Component(service = {Assembler.class, PartAssembler.class})
public final class PartAssembler implements Assembler {
  /** Those that fill the frame, in the order in which they do. */
  public static final List<String> CHAIN =
      List.of(ProvidesPart.TOKENIZER, ProvidesPart.BACKBONE, ProvidesPart.HEAD);

  /** Those that fill the frame of a model's draft: it shares the tokens, its width is its own. */
  public static final List<String> DRAFT_CHAIN =
      List.of(ProvidesPart.TOKENIZER, ModelDescriptor.DRAFT_BACKBONE, ModelDescriptor.DRAFT_HEAD);

  private final PartRegistry registry;
  private final MissingParts missing;

  /** Made by Declarative Services. */
  @Activate
  public PartAssembler(@Reference PartRegistry registry, @Reference MissingParts missing) {
    this.registry = registry;
    this.missing = missing;
  }

  @Override
  public PartAssembly assemble(ConditionSpace conditions, Map<String, PartReference> parts) {
    return layOut(Frame.of(conditions), Map.of(), parts);
  }

  /**
   * An assembly with other parts in the place of some, or beside them. What is not named stays as
   * it was found and laid out, so parts already built go on fitting it.
   *
   * @param changes by kind, or kind:id; not of the kinds that fill the frame
   */
  public PartAssembly override(PartAssembly base, Map<String, PartReference> changes) {
    return layOut(base.frame(), base.parts(), changes);
  }

  /** The kind in a key of an assembly, which is a kind, kind:id, or the key of a draft's part. */
  public static String kind(String key) {
    int colon = key.indexOf(':');
    String kind = colon < 0 ? key : key.substring(0, colon);
    return switch (kind) {
      case ModelDescriptor.DRAFT_BACKBONE -> ProvidesPart.BACKBONE;
      case ModelDescriptor.DRAFT_HEAD -> ProvidesPart.HEAD;
      default -> kind;
    };
  }

  private PartAssembly layOut(
      Frame start, Map<String, LaidOutPart> before, Map<String, PartReference> references) {
    Map<String, InstalledPart> found = new LinkedHashMap<>();
    for (String key : inOrder(references.keySet())) {
      found.put(key, find(kind(key), references.get(key)));
    }
    Map<String, LaidOutPart> parts = new LinkedHashMap<>(before);
    List<PartDescription> together = new ArrayList<>();
    before.forEach(
        (key, part) -> {
          if (!found.containsKey(key)) {
            together.add(part.installed().description());
          }
        });
    found.values().forEach(part -> together.add(part.description()));
    FitRule.check(together);
    Frame frame = start;
    Frame draft = null;
    for (Map.Entry<String, InstalledPart> entry : found.entrySet()) {
      String key = entry.getKey();
      boolean ofDraft = isOfDraft(key);
      LaidOutPart part =
          layOut(
              entry.getValue(),
              entry.getValue().factory(),
              references.get(key),
              ofDraft && draft != null ? draft : frame);
      parts.put(key, part);
      if (ofDraft) {
        draft = part.blueprint().frame();
      } else {
        frame = part.blueprint().frame();
      }
    }
    return new PartAssembly(frame, parts);
  }

  private InstalledPart find(String kind, PartReference reference) {
    return registry
        .find(kind, reference)
        .orElseThrow(() -> new PartException("The model needs " + missing.phrase(kind, reference)));
  }

  private static <P extends Part, C extends Record> LaidOutPart layOut(
      InstalledPart installed, PartFactory<P, C> factory, PartReference reference, Frame frame) {
    try {
      C config =
          new ConfigBinder(installed.label()).bind(factory.configuration(), reference.config());
      Blueprint<P> blueprint = factory.blueprint(config, frame);
      return new LaidOutPart(installed, reference, ConfigBinder.values(config), blueprint);
    } catch (SeriatimException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new PartException(installed.label() + ": cannot be laid out: " + e, e);
    }
  }

  private static Set<String> inOrder(Set<String> keys) {
    Set<String> ordered = new LinkedHashSet<>(CHAIN);
    ordered.addAll(DRAFT_CHAIN);
    ordered.retainAll(keys);
    ordered.addAll(keys);
    return ordered;
  }

  private static boolean isOfDraft(String key) {
    return !CHAIN.contains(key) && DRAFT_CHAIN.contains(key);
  }
}
