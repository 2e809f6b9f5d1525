package dev.seriatim.evaluation.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationListener;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Models whose quality is known, because they draw {@link Stripes}: {@code good} draws what it is
 * asked for, {@code confused} draws one label for another, {@code digits} has other labels, {@code
 * large} other images. And the judge's model, which lends its classifier.
 */
final class StripeModels implements Models, PartLender {
  static final String JUDGE = "stripe-judge";
  private static final String WEIGHTS = "classifier.safetensors";

  private final Classifier classifier;
  private final CheckpointFormat format;
  private Path reference;
  private int leases;
  private GenerationRequest lastRequest;

  StripeModels(Classifier classifier, CheckpointFormat format) {
    this.classifier = classifier;
    this.format = format;
  }

  /** Puts a reference into the judge's bundle; null takes it out. */
  void ship(Path reference) {
    this.reference = reference;
  }

  int leases() {
    return leases;
  }

  GenerationRequest lastRequest() {
    return lastRequest;
  }

  @Override
  public Generator generator(String name) {
    ModelDescriptor descriptor = model(name).descriptor();
    return new Generator() {
      @Override
      public ModelDescriptor model() {
        return descriptor;
      }

      @Override
      public Generation start(GenerationRequest request, GenerationListener listener) {
        throw new UnsupportedOperationException();
      }

      @Override
      public GenerationResult generate(GenerationRequest request) {
        lastRequest = request;
        int samples = request.conditions().size();
        return new GenerationResult(
            draw(name, request),
            null,
            null,
            new GenerationResult.Statistics(1, samples * 0.25, 0, 0));
      }
    };
  }

  private static Images draw(String name, GenerationRequest request) {
    int[] labels =
        request.conditions().stream()
            .mapToInt(condition -> ((Condition.Label) condition).index())
            .map(label -> name.equals("confused") && label == 2 ? 0 : label)
            .toArray();
    Images images = Stripes.images(labels, request.seed() * 10_000_000 + request.firstSample());
    return name.equals("large") ? new Images(images.samples(), 1, 4, 16, images.pixels()) : images;
  }

  @Override
  public ModelStatus model(String name) {
    List<String> labels = name.equals("digits") ? List.of("0", "1") : Stripes.LABELS;
    Map<String, String> files = new HashMap<>();
    Map<String, PartReference> parts = new HashMap<>();
    if (name.equals(JUDGE)) {
      parts.put("classifier", new PartReference("classifier.conv", "1.0", Map.of(), WEIGHTS, ""));
      files.put(WEIGHTS, "abc");
      if (reference != null) {
        files.put(Evaluator.REFERENCE, "def");
      }
    }
    ModelDescriptor descriptor =
        new ModelDescriptor(
            name,
            "1.0.0",
            name,
            "Apache-2.0",
            new ConditionSpace(labels, false),
            parts,
            List.of(),
            files);
    return new ModelStatus(descriptor, ModelStatus.State.WIRED, "", "test", List.of());
  }

  @Override
  public <P extends Part> PartLease<P> lend(String model, String kind, Class<P> type) {
    if (!model.equals(JUDGE) || !kind.equals("classifier")) {
      throw new SeriatimException(model + ": expected a " + kind + ", found none");
    }
    leases++;
    return new PartLease<>() {
      @Override
      public P part() {
        return type.cast(classifier);
      }

      @Override
      public PartDescription description() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {
        leases--;
      }
    };
  }

  @Override
  public Checkpoint open(String model, String file) {
    return format.open(reference);
  }

  @Override
  public List<ModelStatus> models() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<PartDescription> parts() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String why(String name) {
    throw new UnsupportedOperationException();
  }
}
