package dev.seriatim.importing.internal;

import ai.djl.ndarray.NDArray;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.RandomStreams;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.generation.LoopRun;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.RecordedCase;
import dev.seriatim.api.verification.RecordedModel;
import dev.seriatim.api.verification.RecordedNumbers;
import dev.seriatim.api.verification.Trace;
import dev.seriatim.api.verification.Verifier.Comparison;
import dev.seriatim.api.weights.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A recorded case while a family runs it. Engine thread. */
final class RunningCase implements RecordedCase, AutoCloseable {
  private static final String OUTPUT_PREFIX = "out.";
  private static final String OUTPUTS = "outputs";

  private final CaseFolder folder;
  private final Family family;
  private final Parts with;
  private final Checkpoint tensors;
  private final List<Checkpoint> checkpoints;
  private final Scope scope;
  private final Set<String> taken = new LinkedHashSet<>();
  private final Map<String, Comparison> compared = new LinkedHashMap<>();
  private final Held held;

  /** The services that a case runs by. */
  record Parts(ModelImports imports, Loop loop, Engine engine) {}

  /**
   * @param tensors the case's, open; closed by the caller, like the checkpoints
   */
  RunningCase(
      CaseFolder folder,
      Family family,
      Parts with,
      Checkpoint tensors,
      List<Checkpoint> checkpoints) {
    this.folder = folder;
    this.family = family;
    this.with = with;
    this.tensors = tensors;
    this.checkpoints = List.copyOf(checkpoints);
    this.held = new Held(folder.path().toString());
    this.scope = held.hold(with.engine().scope("recorded case " + folder.path().getFileName()));
  }

  @Override
  public Map<String, Object> configuration() {
    return folder.configuration();
  }

  @Override
  public Map<String, Object> settings() {
    return folder.settings();
  }

  @Override
  public List<Checkpoint> checkpoints() {
    return checkpoints;
  }

  @Override
  public Map<String, Object> configuration(Checkpoint checkpoint) {
    return folder.configuration(checkpoint.path());
  }

  @Override
  public List<String> tensors() {
    return List.copyOf(tensors.tensors().keySet());
  }

  @Override
  public NDArray input(String name) {
    NDArray array = recorded(name);
    taken.add(name);
    return array;
  }

  @Override
  public NDArray recorded(String name) {
    return CaseTensors.array(tensors, name, scope.manager());
  }

  @Override
  public void output(String name, NDArray found, double tolerance) {
    if (!has(name)) {
      return;
    }
    try (NDArray recorded = recorded(name)) {
      Comparison comparison =
          TensorComparison.of(tensors.tensors().get(name), recorded, found, tolerance);
      compared.merge(name, comparison, TensorComparison::worse);
    }
  }

  @Override
  public RecordedModel model(Map<String, ?> configuration, List<Checkpoint> from) {
    Path temporary = held.hold(TemporaryFolder.make()).path().resolve("model");
    return held.hold(with.imports().build(family, configuration, from, temporary, with.engine()));
  }

  @Override
  public Trace run(Loop.Parts parts, GenerationRequest request, RandomStreams random) {
    RunRecorder recorder = new RunRecorder(scope.manager());
    try (LoopRun run = with.loop().open(recorder.listen(parts), request, random, scope)) {
      Step step;
      do {
        step = run.step();
      } while (step != null);
      return new Trace(recorder.turns(), run.canvas());
    }
  }

  @Override
  public RandomStreams random(int samples, RecordedNumbers numbers) {
    return new RecordedStreams(samples, numbers);
  }

  @Override
  public Engine engine() {
    return with.engine();
  }

  @Override
  public Scope scope() {
    return scope;
  }

  /** What was compared so far, in the order of the case. */
  List<Comparison> compared() {
    List<Comparison> all = new ArrayList<>();
    for (String name : tensors()) {
      if (compared.containsKey(name)) {
        all.add(compared.get(name));
      }
    }
    return all;
  }

  /** The verdict on every output: what was compared, and what should have been. */
  List<Comparison> verdicts() {
    List<Comparison> all = new ArrayList<>();
    for (String name : tensors()) {
      if (compared.containsKey(name)) {
        all.add(compared.get(name));
      } else if (!taken.contains(name)) {
        all.add(
            TensorComparison.notReproduced(
                tensors.tensors().get(name), "neither taken as input nor handed in"));
      } else if (isOutput(name)) {
        all.add(
            TensorComparison.notReproduced(
                tensors.tensors().get(name), "an output, but taken as input alone"));
      }
    }
    return all;
  }

  private boolean isOutput(String name) {
    return name.startsWith(OUTPUT_PREFIX)
        || settings().get(OUTPUTS) instanceof List<?> outputs && outputs.contains(name);
  }

  /** Frees arrays, parts and files. */
  @Override
  public void close() {
    held.close();
  }
}
