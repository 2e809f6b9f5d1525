package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.Assembler;
import dev.seriatim.api.part.Assembly;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.training.DataSet;
import dev.seriatim.api.training.DataSets;
import dev.seriatim.api.training.ImageDataSet;
import dev.seriatim.api.training.TextDataSet;
import dev.seriatim.api.training.Trainer;
import dev.seriatim.api.training.TrainingListener;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The trainer: takes a recipe through its stages to a finished model. */
@Component
public final class RecipeTrainer implements Trainer {
  private static final System.Logger LOG = System.getLogger(RecipeTrainer.class.getName());

  /** Seconds that a run has to reach its next step and write a checkpoint. */
  private static final long STOP_SECONDS = 60;

  private final EngineCalls calls;
  private final Assembler assembler;
  private final DescriptorFormat descriptors;
  private final CheckpointFormat format;
  private final StageCheckpoint checkpoints;
  private final FinishedParts finishedParts;
  private final Loop loop;
  private final DataSets dataSets;

  /** Held for reading by each run. */
  private final ReadWriteLock runs = new ReentrantReadWriteLock();

  private volatile boolean stopping;

  /**
   * @param engine that everything runs on
   * @param assembler that finds the parts
   * @param descriptors reads the recipe's model, and writes the finished one's
   * @param format of checkpoints and weights
   * @param loop that draws samples
   * @param dataSets that reads the data
   */
  @Activate
  public RecipeTrainer(
      @Reference Engine engine,
      @Reference Assembler assembler,
      @Reference DescriptorFormat descriptors,
      @Reference(target = "(" + CheckpointFormat.FORMAT + "=safetensors)") CheckpointFormat format,
      @Reference Loop loop,
      @Reference DataSets dataSets) {
    this.calls = new EngineCalls(engine);
    this.assembler = assembler;
    this.descriptors = descriptors;
    this.format = format;
    this.checkpoints = new StageCheckpoint(format);
    this.finishedParts = new FinishedParts(format);
    this.loop = loop;
    this.dataSets = dataSets;
  }

  /**
   * Ends running runs with a checkpoint, and waits for that: after this the engine may go.
   *
   * @throws InterruptedException when interrupted while it waits
   */
  @Deactivate
  public void stop() throws InterruptedException {
    stopping = true;
    if (!runs.writeLock().tryLock(STOP_SECONDS, TimeUnit.SECONDS)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "A training run is still busy after {0} seconds; what it did since its last checkpoint"
              + " will be done again when it is resumed",
          STOP_SECONDS);
      return;
    }
    runs.writeLock().unlock();
  }

  @Override
  public Path train(Path file, Options options, TrainingListener listener) {
    runs.readLock().lock();
    try {
      return run(file, options, listener);
    } finally {
      runs.readLock().unlock();
    }
  }

  private Path run(Path file, Options options, TrainingListener listener) {
    Recipe recipe = new RecipeReader(descriptors).read(file, options.data());
    ModelDescriptor model = recipe.model();
    Assembly assembly = naming(recipe, () -> assembler.assemble(model.conditions(), model.parts()));
    checkStages(recipe, assembly);
    for (StageSpec stage : recipe.stages()) {
      if (stage.isFinished()) {
        naming(recipe, () -> finishedParts.check(stage, parameters(assembly, stage)));
      }
    }
    DataSet data = data(recipe);
    String heldOut = recipe.keepHeldOut() ? heldOut(recipe, data) : "";
    RunFolder folder = RunFolder.open(options.output(), options.resume());
    Set<String> finished = new HashSet<>();
    Map<String, String> stageOf = new HashMap<>();
    long done = 0;
    for (StageSpec stage : recipe.stages()) {
      long most = options.maxSteps() > 0 ? options.maxSteps() - done : Long.MAX_VALUE;
      if (most <= 0 || !runStage(recipe, stage, data, folder, listener, finished, stageOf, most)) {
        return null;
      }
      finished.add(stage.name());
      stage.train().forEach(kind -> stageOf.put(kind, stage.name()));
      done += stage.steps();
    }
    return new ModelFolder(descriptors, format).write(folder, recipe, stageOf, heldOut);
  }

  private DataSet data(Recipe recipe) {
    ConditionSpace conditions = recipe.model().conditions();
    Map<String, Object> options = new LinkedHashMap<>(recipe.data());
    if (!conditions.labels().isEmpty()) {
      options.putIfAbsent("labels", conditions.labels());
    }
    DataSet data = naming(recipe, () -> dataSets.open(recipe.folder(), options));
    List<String> labels = data instanceof ImageDataSet images ? images.labels() : List.of();
    if (!conditions.labels().isEmpty() && !labels.equals(conditions.labels())) {
      throw new SeriatimException(
          recipe.file()
              + ": conditions.labels: expected the labels of the data, "
              + labels
              + ", found "
              + conditions.labels());
    }
    return data;
  }

  private static String heldOut(Recipe recipe, DataSet data) {
    if (data instanceof TextDataSet text && !text.heldOut().isEmpty()) {
      return text.heldOut();
    }
    throw new SeriatimException(
        recipe.file()
            + ": keep-held-out: expected a text of which a share is held out, found "
            + data.name());
  }

  /** Names the recipe in front of what others say of its content. */
  private static <T> T naming(Recipe recipe, Supplier<T> task) {
    try {
      return task.get();
    } catch (SeriatimException e) {
      throw new SeriatimException(recipe.file() + ": " + e.getMessage(), e);
    }
  }

  /** Every part that has weights must be trained, after those that it builds upon. */
  private static void checkStages(Recipe recipe, Assembly assembly) {
    Set<String> trained = new HashSet<>();
    for (StageSpec stage : recipe.stages()) {
      boolean generator = stage.isGenerator();
      if (!generator && !stage.isFinished() && stage.train().size() > 1) {
        throw refuse(recipe, "one part, or backbone and head", stage.name() + " " + stage.train());
      }
      if (generator
          && hasWeights(assembly, ProvidesPart.TOKENIZER)
          && !trained.contains(ProvidesPart.TOKENIZER)) {
        throw refuse(recipe, "a stage for the tokenizer before " + stage.name(), "none");
      }
      trained.addAll(stage.train());
    }
    for (String kind : assembly.kinds()) {
      if (hasWeights(assembly, kind) && !trained.contains(kind)) {
        throw refuse(recipe, "a stage that trains the " + kind, "none");
      }
    }
  }

  private static SeriatimException refuse(Recipe recipe, String expected, String found) {
    return new SeriatimException(
        recipe.file() + ": stages: expected " + expected + ", found " + found);
  }

  private static boolean hasWeights(Assembly assembly, String kind) {
    return !assembly.parameters(kind).isEmpty();
  }

  /** Runs a stage unless it is finished; whether it is then. */
  private boolean runStage(
      Recipe recipe,
      StageSpec stage,
      DataSet data,
      RunFolder folder,
      TrainingListener listener,
      Set<String> finished,
      Map<String, String> stageOf,
      long most) {
    if (stage.isFinished()) {
      finishedParts.take(stage, folder.weights(stage.name()));
      calls.run(() -> listener.onStage(stage.name(), 0, 0));
      return true;
    }
    boolean generator = stage.isGenerator();
    String tokenizerStage = generator ? stageOf.get(ProvidesPart.TOKENIZER) : null;
    Path tokenizerFile = tokenizerStage == null ? null : folder.weights(tokenizerStage);
    String fingerprint = fingerprint(stage, tokenizerFile);
    if (Files.exists(folder.weights(stage.name()))) {
      checkpoints.step(folder.weights(stage.name()), fingerprint);
      calls.run(() -> listener.onStage(stage.name(), stage.steps(), stage.steps()));
      return true;
    }
    Path checkpoint = folder.checkpoint(stage.name());
    long done = Files.exists(checkpoint) ? checkpoints.step(checkpoint, fingerprint) : 0;
    calls.run(() -> listener.onStage(stage.name(), stage.steps(), done));
    ModelDescriptor model = recipe.model();
    Map<String, PartReference> parts = new LinkedHashMap<>(model.parts());
    List<String> guides = addGuides(parts, model, stage);
    Assembly assembly = assembler.assemble(model.conditions(), parts);
    StageContext context = new StageContext(calls, stage, model.conditions(), assembly, data);
    List<Parameter> parameters = parameters(assembly, stage);
    // Closed in reverse order, on the engine's thread.
    List<Runnable> open = new ArrayList<>();
    try {
      TrainedWeights trained =
          calls.call(
              () -> new TrainedWeights(calls.engine(), stage.name(), parameters, recipe.seed()));
      open.add(0, trained::close);
      AdamW adam = calls.call(() -> new AdamW(calls.engine(), stage.optimizer()));
      open.add(0, adam::close);
      Task task;
      if (generator) {
        GeneratorTask generatorTask =
            calls.call(
                () ->
                    new GeneratorTask(
                        context,
                        trained,
                        tokenizerWeights(assembly, tokenizerFile),
                        guides,
                        loop,
                        recipe.seed()));
        open.add(0, generatorTask::close);
        generatorTask.encode();
        task = generatorTask;
      } else {
        task = calls.call(() -> new ObjectiveTask(context, trained));
        open.add(0, task::close);
      }
      StageRun run =
          new StageRun(
              calls,
              stage,
              folder,
              checkpoints,
              listener,
              fingerprint,
              recipe.store(),
              trained,
              adam,
              task,
              recipe.seed(),
              () -> stopping);
      return run.run(finished, most);
    } finally {
      calls.run(() -> open.forEach(Runnable::run));
    }
  }

  /** The weights of the generator depend on the very tokens that it was trained on. */
  private static String fingerprint(StageSpec stage, Path tokenizer) {
    if (tokenizer == null) {
      return stage.fingerprint();
    }
    try {
      return Sha256.of(stage.fingerprint() + Sha256.of(tokenizer));
    } catch (IOException e) {
      throw new SeriatimException(tokenizer + ": cannot be read: " + e, e);
    }
  }

  private Weights tokenizerWeights(Assembly assembly, Path file) {
    if (file == null) {
      return WeightsView.NONE;
    }
    try (Checkpoint checkpoint = format.open(file)) {
      return calls
          .engine()
          .load(
              checkpoint,
              StageContext.prefix(ProvidesPart.TOKENIZER),
              assembly.parameters(ProvidesPart.TOKENIZER));
    }
  }

  /** The parameters of all parts of a stage, each under the prefix of its kind. */
  private static List<Parameter> parameters(Assembly assembly, StageSpec stage) {
    List<Parameter> all = new ArrayList<>();
    for (String kind : stage.train()) {
      for (Parameter p : assembly.parameters(kind)) {
        String name = StageContext.prefix(kind) + p.name();
        all.add(new Parameter(name, p.shape(), p.initializer(), p.decay()));
      }
    }
    return all;
  }

  /** Adds the model's guides to the parts; the names under which they are added. */
  private static List<String> addGuides(
      Map<String, PartReference> parts, ModelDescriptor model, StageSpec stage) {
    List<String> kinds = new ArrayList<>();
    for (PartReference guide : model.guides()) {
      Map<String, Object> config = new LinkedHashMap<>(guide.config());
      if (guide.id().equals("cfg") && !Double.isNaN(stage.sampleGuidance())) {
        config.put("scale", stage.sampleGuidance());
      }
      String kind = ProvidesPart.GUIDE + ":" + guide.id();
      parts.put(kind, PartReference.of(guide.id(), guide.version(), config));
      kinds.add(kind);
    }
    return kinds;
  }
}
