package dev.seriatim.guides.text.internal;

import static dev.seriatim.api.part.PartException.require;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Makes guides that make single ids more or less likely, or forbid them. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = LogitBiasFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class LogitBiasFactory implements PartFactory<Guide, LogitBiasFactory.Configuration> {
  static final String ID = "logit-bias";

  /** Below this, an id is forbidden. */
  private static final double FORBIDDEN = -1e4;

  /** What for which id. */
  public record Configuration(
      @ConfigKey("ids, none twice") List<Integer> ids,
      @ConfigKey("what is added to the logit of each; -10000 and below forbids it")
          List<Double> biases) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    Categorical.require(ID, frame);
    int vocabulary = frame.discrete(ID).vocabulary();
    List<Integer> ids = configuration.ids;
    for (int id : ids) {
      require(id >= 0 && id < vocabulary, ID, "ids", "0 to " + (vocabulary - 1), id);
    }
    require(ids.stream().distinct().count() == ids.size(), ID, "ids", "none twice", ids);
    int biases = configuration.biases.size();
    require(biases == ids.size(), ID, "biases", "one for each of " + ids.size() + " ids", biases);
    float[] bias = new float[vocabulary];
    for (int i = 0; i < ids.size(); i++) {
      double value = configuration.biases.get(i);
      require(!Double.isNaN(value), ID, "biases", "numbers", value);
      bias[ids.get(i)] = value <= FORBIDDEN ? Float.NEGATIVE_INFINITY : (float) value;
    }
    return Blueprint.weightless(frame, () -> new LogitBias(bias));
  }

  private record LogitBias(float[] bias) implements Guide {
    @Override
    public Stage stage() {
      return Stage.CONSTRAIN;
    }

    @Override
    public Distribution apply(
        Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
      CategoricalDistribution categorical = Categorical.of(ID, distribution);
      return categorical.withLogits(
          categorical
              .logits()
              .add(
                  categorical.logits().getManager().create(bias, new Shape(1, 1, 1, bias.length))));
    }
  }
}
