package dev.seriatim.evaluation.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.GenerationResult;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.training.DataSets;
import dev.seriatim.api.training.Evaluator;
import dev.seriatim.api.training.ImageDataSet;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Generates, judges, compares with real data. */
@Component
public final class ModelEvaluator implements Evaluator {
  private static final String GUIDANCE = "cfg";
  private static final String GUIDANCE_SCALE = "scale";

  private final Engine engine;
  private final Models models;
  private final PartLender lender;
  private final DataSets dataSets;
  private final CheckpointFormat format;

  /** Injected. */
  @Activate
  public ModelEvaluator(
      @Reference Engine engine,
      @Reference Models models,
      @Reference PartLender lender,
      @Reference DataSets dataSets,
      @Reference(target = "(" + CheckpointFormat.FORMAT + "=safetensors)")
          CheckpointFormat format) {
    this.engine = engine;
    this.models = models;
    this.lender = lender;
    this.dataSets = dataSets;
    this.format = format;
  }

  @Override
  public Report evaluate(String model, Options options, BiConsumer<Integer, Integer> progress) {
    Generator generator = models.generator(model);
    ModelDescriptor judgeModel = models.model(options.judge()).descriptor();
    checkLabels(generator.model(), judgeModel);
    int labels = judgeModel.conditions().labels().size();
    require(labels >= 1, judgeModel.name() + ": labels", "at least one", "none");
    require(options.samples() >= labels, "samples", "at least " + labels, options.samples());
    require(options.batch() >= 1, "batch", "at least 1", options.batch());

    try (PartLease<Classifier> lease = lendClassifier(judgeModel)) {
      Judge judge = new Judge(engine, judgeModel, lease.part());
      // Whatever may be missing is found missing before the long work begins.
      RealStatistics real = realStatistics(judge, options);
      Moments compared = real.b(options.samples());

      int[] asked = IntStream.range(0, options.samples()).map(i -> i % labels).toArray();
      JudgedImages judged = new JudgedImages(options.samples());
      double seconds = 0;
      double steps = 0;
      int requests = 0;
      for (int first = 0; first < asked.length; first += options.batch()) {
        int end = Math.min(asked.length, first + options.batch());
        GenerationResult result = generator.generate(request(asked, first, end, options));
        seconds += result.statistics().seconds();
        steps += result.statistics().steps();
        requests++;
        judge.judge(result.media(), judged);
        progress.accept(end, asked.length);
      }
      double[] distances = distances(judge, judged, compared, real.a());
      return new Report(
          model,
          options.judge(),
          asked.length,
          judged.accuracy(asked),
          judged.accuracyByLabel(asked, labels),
          distances[0],
          distances[1],
          compared.samples(),
          real.accuracy(),
          seconds / asked.length,
          steps / requests);
    }
  }

  @Override
  public TextReport evaluate(
      String model, TextOptions options, BiConsumer<Integer, Integer> progress) {
    ModelDescriptor descriptor = models.generator(model).model();
    return new TextEvaluation(engine, lender, dataSets).measure(descriptor, options, progress);
  }

  /** Samples number {@code first} to {@code end} of the one long request that is measured. */
  private static GenerationRequest request(int[] asked, int first, int end, Options options) {
    List<Condition> conditions =
        IntStream.range(first, end)
            .<Condition>mapToObj(i -> new Condition.Label(asked[i]))
            .toList();
    GenerationRequest whole =
        options.drawing().apply(GenerationRequest.of(conditions).withSeed(options.seed()));
    GenerationRequest request = whole.withFirstSample(whole.firstSample() + first);
    return Double.isNaN(options.guidance())
        ? request
        : request.withGuide(
            new PartChoice(GUIDANCE, "", Map.of(GUIDANCE_SCALE, options.guidance())));
  }

  /** Distance of generated samples, and of as many real ones, from a half of the real data. */
  private static double[] distances(
      Judge judge, JudgedImages judged, Moments compared, Moments half) {
    return judge.onEngine(
        () -> {
          try (Frechet frechet = new Frechet(judge.engine())) {
            Moments generated =
                frechet.moments(judged.features(), compared.samples(), judged.width());
            return new double[] {
              frechet.distance(generated, half), frechet.distance(compared, half)
            };
          }
        });
  }

  @Override
  public void writeReference(
      String judge, Path data, Path file, BiConsumer<Integer, Integer> progress) {
    ModelDescriptor judgeModel = models.model(judge).descriptor();
    try (PartLease<Classifier> lease = lendClassifier(judgeModel)) {
      Judge classifier = new Judge(engine, judgeModel, lease.part());
      int labels = classifier.labels().size();
      RealStatistics real =
          RealStatistics.measure(
              classifier,
              open(data, classifier),
              half -> RealStatistics.ladder(labels, half),
              progress);
      ReferenceFile.write(format, file, real, weights(judgeModel));
    }
  }

  private PartLease<Classifier> lendClassifier(ModelDescriptor judge) {
    return lender.lend(judge.name(), ProvidesPart.CLASSIFIER, Classifier.class);
  }

  private RealStatistics realStatistics(Judge judge, Options options) {
    if (options.data() != null) {
      int labels = judge.labels().size();
      int whole = options.samples() / labels * labels;
      return RealStatistics.measure(
          judge,
          open(options.data(), judge),
          half -> Set.of(Math.min(half, whole)),
          (done, all) -> {});
    }
    if (!judge.model().weights().containsKey(REFERENCE)) {
      throw new SeriatimException(
          judge.model().name()
              + ": "
              + REFERENCE
              + ": expected statistics of real data with the judge, or a folder of data, found"
              + " neither");
    }
    try (Checkpoint file = lender.open(judge.model().name(), REFERENCE)) {
      return ReferenceFile.read(file, weights(judge.model()));
    }
  }

  /** SHA-256 of the file that holds a judge's weights; empty for a classifier without any. */
  private static String weights(ModelDescriptor judge) {
    String file = judge.parts().get(ProvidesPart.CLASSIFIER).weights();
    return file == null ? "" : judge.weights().get(file);
  }

  /** Opens real data, with the dark border that brings its images to the judge's size. */
  private ImageDataSet open(Path folder, Judge judge) {
    ImageDataSet data = images(folder, Map.of("format", DataSets.IDX));
    Shape shape = judge.classifier().imageShape();
    int pad = Math.toIntExact(shape.get(1) - data.height()) / 2;
    if (pad > 0) {
      data = images(folder, Map.of("format", DataSets.IDX, "pad", pad));
    }
    Shape found = new Shape(data.channels(), data.height(), data.width());
    require(shape.equals(found), folder + ": images", "shape " + shape, found);
    int labels = judge.labels().size();
    require(data.labels().size() == labels, folder + ": labels", labels + " labels", data.labels());
    return data;
  }

  private ImageDataSet images(Path folder, Map<String, ?> options) {
    if (dataSets.open(folder, options) instanceof ImageDataSet images) {
      return images;
    }
    throw new SeriatimException(folder + ": expected images, found other data");
  }

  private static void checkLabels(ModelDescriptor model, ModelDescriptor judge) {
    List<String> labels = judge.conditions().labels();
    require(
        labels.equals(model.conditions().labels()),
        model.name() + ": labels",
        "those of the judge " + judge.name() + ", " + labels,
        model.conditions().labels());
  }

  private static void require(boolean holds, String key, String expected, Object found) {
    if (!holds) {
      throw new SeriatimException(key + ": expected " + expected + ", found " + found);
    }
  }
}
