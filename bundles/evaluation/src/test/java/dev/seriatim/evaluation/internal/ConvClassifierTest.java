package dev.seriatim.evaluation.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Classifier.Judgement;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.training.Objective;
import dev.seriatim.evaluation.internal.ConvClassifierFactory.Configuration;
import dev.seriatim.testkit.PartContract;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConvClassifierTest extends PartContract<Classifier, Configuration> {
  private static final int[] SOME_LABELS = {0, 1, 2, 2, 1};

  @Override
  protected PartFactory<Classifier, Configuration> factory() {
    return new ConvClassifierFactory();
  }

  @Override
  protected Configuration configuration() {
    return TrainedClassifier.SIZE;
  }

  @Override
  protected Frame frame() {
    return TrainedClassifier.FRAME;
  }

  @Override
  protected Map<String, Configuration> refused() {
    return Map.of(
        "height", new Configuration(9, 8, 1, List.of(8, 16), 12, 4, 0),
        "width", new Configuration(8, 2, 1, List.of(8, 16), 12, 4, 0),
        "image-channels", new Configuration(8, 8, 2, List.of(8), 12, 4, 0),
        "channels", new Configuration(8, 8, 1, List.of(8, 6), 12, 4, 0),
        "feature-width", new Configuration(8, 8, 1, List.of(8), 0, 4, 0),
        "groups", new Configuration(8, 8, 1, List.of(8), 12, 0, 0),
        "smoothing", new Configuration(8, 8, 1, List.of(8), 12, 4, 1));
  }

  @Test
  void aModelWithoutLabelsIsRefused() {
    assertThatThrownBy(() -> factory().blueprint(configuration(), Frame.of(ConditionSpace.NONE)))
        .isInstanceOf(PartException.class)
        .hasMessageContaining("labels: expected at least 2");
  }

  @Test
  void judgesWithFeaturesAndLogits() throws Exception {
    onEngine(
        () -> {
          assertThat(part().imageShape()).isEqualTo(new Shape(1, 8, 8));
          Judgement judgement = part().judge(batch(scope()), scope().manager());
          assertThat(judgement.features().getShape()).isEqualTo(new Shape(5, 12));
          assertThat(judgement.logits().getShape()).isEqualTo(new Shape(5, 3));
        });
  }

  @Test
  void anImageIsJudgedAlikeAloneAndInABatch() throws Exception {
    onEngine(
        () -> {
          NDArray batch = batch(scope());
          NDArray together = part().judge(batch, scope().manager()).features();
          NDArray alone = part().judge(batch.get("3:4"), scope().manager()).features();
          assertThat(alone.toFloatArray())
              .containsExactly(together.get("3:4").toFloatArray(), within(1e-5f));
        });
  }

  @Test
  void imagesOfAnotherSizeAreRefused() throws Exception {
    onEngine(
        () -> {
          NDArray odd = scope().manager().zeros(new Shape(2, 1, 8, 9));
          assertThatThrownBy(() -> part().judge(odd, scope().manager()))
              .isInstanceOf(PartException.class)
              .hasMessage(
                  "classifier.conv: images: expected shape (samples, 1, 8, 8), found (2, 1, 8, 9)");
        });
  }

  @Test
  void imagesWithoutLabelsCannotBeTrainedOn() throws Exception {
    onEngine(
        () ->
            assertThatThrownBy(
                    () -> ((Objective) part()).loss(batch(scope()), null, scope().manager()))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("labels: expected one for each image, found none"));
  }

  @Test
  void theLossIsTheSmoothedCrossEntropy() throws Exception {
    onEngine(
        () -> {
          NDArray images = batch(scope());
          NDArray labels = scope().manager().create(new long[] {0, 1, 2, 2, 1});
          float[] logProbabilities =
              part().judge(images, scope().manager()).logits().logSoftmax(1).toFloatArray();
          double expected = 0;
          for (int i = 0; i < logProbabilities.length; i++) {
            double target = (i % 3 == SOME_LABELS[i / 3] ? 0.9 : 0) + 0.1 / 3;
            expected -= target * logProbabilities[i] / SOME_LABELS.length;
          }
          assertThat(((Objective) part()).loss(images, labels, scope().manager()).getFloat())
              .isCloseTo((float) expected, within(1e-5f));
        });
  }

  @Test
  void theGradientReachesEveryWeight() throws Exception {
    onEngine(
        () -> {
          try (TrainedClassifier fresh = TrainedClassifier.fresh(engine());
              Scope scope = engine().scope("gradients")) {
            NDArray labels = scope.manager().create(new long[] {0, 1, 2, 2, 1});
            NDList found = fresh.gradients(engine(), scope, batch(scope), labels);
            List<String> names = fresh.weights().names();
            for (int i = 0; i < names.size(); i++) {
              assertThat(found.get(i + 1).norm().getFloat()).as(names.get(i)).isPositive();
            }
          }
        });
  }

  @Test
  void learnsATinySetByHeart() throws Exception {
    onEngine(
        () -> {
          Stripes data = new Stripes(24, 0);
          try (TrainedClassifier fresh = TrainedClassifier.fresh(engine());
              Scope scope = engine().scope("judge")) {
            double[] losses = fresh.train(engine(), data, 24, 60, 0.1);
            assertThat(losses[0]).isCloseTo(Math.log(3), within(0.2));
            assertThat(losses[59]).isLessThan(0.5);
            int[] all = IntStream.range(0, 24).toArray();
            NDArray batch = TrainedClassifier.upload(data.train().images(all), scope);
            assertThat(
                    fresh
                        .classifier()
                        .judge(batch, scope.manager())
                        .logits()
                        .argMax(1)
                        .toLongArray())
                .isEqualTo(data.train().labels(all));
          }
        });
  }

  private static NDArray batch(Scope scope) {
    return TrainedClassifier.upload(Stripes.images(SOME_LABELS, 5), scope);
  }
}
