package dev.seriatim.benchmarks;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.DescriptorFormat;
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
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.launcher.Seriatim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model with random weights, for what depends on sizes alone. */
final class RandomModel implements AutoCloseable {
  private final Engine engine;
  private final Loop loop;
  private final CheckpointFormat format;
  private final Assembly assembly;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Loop.Parts parts;

  private RandomModel(
      Engine engine, Loop loop, CheckpointFormat format, Assembly assembly, List<String> guides)
      throws Exception {
    this.engine = engine;
    this.loop = loop;
    this.format = format;
    this.assembly = assembly;
    this.parts = engine.call(() -> build(guides));
  }

  /** Builds the model of a descriptor that names no weights. */
  static RandomModel of(Seriatim seriatim, Path descriptor) throws Exception {
    ModelDescriptor model = read(seriatim, descriptor);
    Map<String, PartReference> references = new LinkedHashMap<>(model.parts());
    List<String> guides = new ArrayList<>();
    for (PartReference guide : model.guides()) {
      String kind = ProvidesPart.GUIDE + ":" + guide.id();
      references.put(kind, guide);
      guides.add(kind);
    }
    Assembly assembly = seriatim.service(Assembler.class).assemble(model.conditions(), references);
    return new RandomModel(
        seriatim.engine(),
        seriatim.service(Loop.class),
        seriatim.service(CheckpointFormat.class),
        assembly,
        guides);
  }

  private static ModelDescriptor read(Seriatim seriatim, Path file) throws IOException {
    return seriatim
        .service(DescriptorFormat.class)
        .read(Files.readString(file), file.getFileName().toString());
  }

  private Loop.Parts build(List<String> guideKinds) {
    List<Guide> guides = new ArrayList<>();
    for (String kind : guideKinds) {
      guides.add(part(kind, Guide.class));
    }
    return new Loop.Parts(
        part(ProvidesPart.TOKENIZER, Tokenizer.class),
        part(ProvidesPart.BACKBONE, Backbone.class),
        part(ProvidesPart.HEAD, Head.class),
        part(ProvidesPart.SCHEDULER, Scheduler.class),
        guides);
  }

  private <P extends Part> P part(String kind, Class<P> type) {
    Weights weights = loaded(kind);
    open.add(0, weights);
    P part = assembly.build(kind, type, engine, weights);
    open.add(0, part);
    return part;
  }

  /** By way of a file, as a model's own: weights that are still trained are not laid out. */
  private Weights loaded(String kind) {
    List<Parameter> parameters = assembly.parameters(kind);
    try (Weights made = engine.initialise(parameters, kind.hashCode())) {
      Path file = Files.createTempFile("random", ".safetensors");
      try {
        format.write(
            file,
            Map.of(),
            parameters.stream().map(p -> data(p.name(), made.get(p.name()))).toList());
        try (Checkpoint checkpoint = format.open(file)) {
          return engine.load(checkpoint, "", parameters);
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TensorData data(String name, NDArray array) {
    ByteBuffer bytes = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return new TensorData(new TensorInfo(name, ElementType.F32, array.getShape()), bytes);
  }

  /** Parameters of all parts. */
  long parameters() {
    return assembly.kinds().stream()
        .flatMap(kind -> assembly.parameters(kind).stream())
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  /**
   * Seconds that a batch takes.
   *
   * @param decode whether the tokenizer's decoder counts
   */
  double draw(int batch, long seed, boolean decode) throws Exception {
    return engine.call(
        () -> {
          long began = System.nanoTime();
          GenerationRequest request =
              GenerationRequest.of(new Condition.Label(7), batch).withSeed(seed);
          try (Scope scope = engine.scope("benchmark");
              LoopRun run = loop.open(parts, request, scope)) {
            while (run.step() != null) {
              // The step is all there is to do.
            }
            if (decode) {
              parts.tokenizer().decode(run.canvas(), scope.manager());
            }
          }
          return (System.nanoTime() - began) * 1e-9;
        });
  }

  @Override
  public void close() {
    engine
        .submit(
            () -> {
              for (AutoCloseable each : open) {
                each.close();
              }
              return null;
            })
        .join();
  }
}
