package dev.seriatim.importing.internal;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model folder with its parts built as they are asked for. Engine thread. */
final class BuiltModel implements RecordedModel, AutoCloseable {
  private final Path folder;
  private final ModelDescriptor descriptor;
  private final Assembly assembly;
  private final Assembler assembler;
  private final CheckpointFormat format;
  private final Engine engine;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final Held held;

  BuiltModel(
      Path folder,
      ModelDescriptor descriptor,
      Assembly assembly,
      Assembler assembler,
      CheckpointFormat format,
      Engine engine) {
    this.folder = folder;
    this.descriptor = descriptor;
    this.assembly = assembly;
    this.assembler = assembler;
    this.format = format;
    this.engine = engine;
    this.held = new Held(descriptor.name());
  }

  @Override
  public ModelDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public <P extends Part> P part(String kind, Class<P> type) {
    Part part = parts.get(kind);
    if (part == null) {
      part = build(assembly, kind, type);
      parts.put(kind, part);
    }
    return type.cast(part);
  }

  @Override
  public Loop.Parts parts(PartReference scheduler, List<PartReference> guides) {
    Map<String, PartReference> references = new LinkedHashMap<>(descriptor.parts());
    if (scheduler != null) {
      references.put(ProvidesPart.SCHEDULER, scheduler);
    }
    List<PartReference> chain = guides == null ? descriptor.guides() : guides;
    chain.forEach(guide -> references.put(ModelImport.guideKey(guide), guide));
    Assembly chosen = assembler.assemble(descriptor.conditions(), references);
    List<Guide> built = new ArrayList<>();
    for (PartReference guide : chain) {
      built.add(build(chosen, ModelImport.guideKey(guide), Guide.class));
    }
    return new Loop.Parts(
        part(ProvidesPart.TOKENIZER, Tokenizer.class),
        part(ProvidesPart.BACKBONE, Backbone.class),
        part(ProvidesPart.HEAD, Head.class),
        build(chosen, ProvidesPart.SCHEDULER, Scheduler.class),
        built);
  }

  private <P extends Part> P build(Assembly from, String kind, Class<P> type) {
    Weights weights = held.hold(weights(kind, from.parameters(kind)));
    return held.hold(from.build(kind, type, engine, weights));
  }

  private Weights weights(String kind, List<Parameter> parameters) {
    if (parameters.isEmpty()) {
      return engine.initialise(parameters, 0);
    }
    PartReference reference = descriptor.parts().get(kind);
    try (Checkpoint checkpoint = format.open(folder.resolve(reference.weights()))) {
      return engine.load(checkpoint, reference.prefix(), parameters);
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
