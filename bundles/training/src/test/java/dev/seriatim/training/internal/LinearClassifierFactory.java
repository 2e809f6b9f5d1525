package dev.seriatim.training.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Classifier;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.training.Objective;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;

/** Logistic regression on pixels, with dropout: the smallest classifier that draws by itself. */
final class LinearClassifierFactory
    implements PartFactory<Classifier, LinearClassifierFactory.Configuration> {
  private static final KernelSource SOURCE =
      new KernelSource(
          "linear.py",
          """
          class Linear(Module):
              weight: Tensor
              bias: Tensor

              def logits(self, images: Tensor) -> Tensor:
                  return torch.linear(images.flatten(1), self.weight, self.bias)

              def loss(self, images: Tensor, labels: Tensor) -> Tensor:
                  return torch.cross_entropy_loss(self.logits(torch.dropout(images, 0.2, True)), labels)
          """);

  record Configuration(int pixels) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Classifier> blueprint(Configuration configuration, Frame frame) {
    int labels = frame.conditions().labels().size();
    return new Blueprint<>() {
      @Override
      public Frame frame() {
        return frame;
      }

      @Override
      public List<Parameter> parameters() {
        return List.of(
            Parameter.decayed("weight", Initializer.zeros(), labels, configuration.pixels),
            Parameter.plain("bias", Initializer.zeros(), labels));
      }

      @Override
      public Classifier build(Engine engine, Weights weights) {
        int side = (int) Math.sqrt(configuration.pixels);
        return new Linear(engine.kernel(SOURCE, Map.of(), weights), new Shape(1, side, side));
      }
    };
  }

  private record Linear(Kernel kernel, Shape imageShape) implements Classifier, Objective {
    @Override
    public Judgement judge(NDArray images, NDManager scope) {
      NDArray logits = kernel.callForOne(scope, "logits", images);
      return new Judgement(logits, logits);
    }

    @Override
    public NDArray loss(NDArray images, NDArray labels, NDManager scope) {
      return kernel.callForOne(scope, "loss", images, labels);
    }

    @Override
    public void close() {
      kernel.close();
    }
  }
}
