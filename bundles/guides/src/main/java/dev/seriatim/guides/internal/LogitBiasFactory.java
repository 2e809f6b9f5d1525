package dev.seriatim.guides.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Step;
import dev.seriatim.api.part.Stream;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;

/** Makes guides that favour, disfavour or forbid some ids. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = LogitBiasFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class LogitBiasFactory implements PartFactory<Guide, LogitBiasFactory.Configuration> {
  static final String ID = "logit-bias";

  /** Which ids, and by how much. */
  public record Configuration(
      @ConfigKey(value = "ids whose logits change", defaultValue = "[]") List<Integer> ids,
      @ConfigKey(value = "what is added to the logit of each of them", defaultValue = "[]")
          List<Double> biases,
      @ConfigKey(value = "ids that are never drawn", defaultValue = "[]")
          List<Integer> forbidden) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration c, Frame frame) {
    int vocabulary = frame.discrete(ID).vocabulary();
    checkIds("ids", c.ids, vocabulary);
    checkIds("forbidden", c.forbidden, vocabulary);
    int count = c.ids.size();
    boolean paired = c.biases.size() == count && c.biases.stream().allMatch(Double::isFinite);
    require(paired, ID, "biases", count + " numbers, as many as ids", c.biases);
    boolean leavesSome = c.forbidden.stream().distinct().count() < vocabulary;
    require(leavesSome, ID, "forbidden", "fewer ids than there are", c.forbidden);
    float[] bias = new float[vocabulary];
    for (int i = 0; i < count; i++) {
      bias[c.ids.get(i)] += c.biases.get(i).floatValue();
    }
    c.forbidden.forEach(id -> bias[id] = Float.NEGATIVE_INFINITY);
    return Blueprint.weightless(frame, () -> new LogitBias(bias));
  }

  private static void checkIds(String key, List<Integer> ids, int vocabulary) {
    boolean known = ids.stream().allMatch(id -> id >= 0 && id < vocabulary);
    require(known, ID, key, "ids from 0 to " + (vocabulary - 1), ids);
  }

  /**
   * Adds to logits.
   *
   * @param bias [vocabulary], negative infinity forbids
   */
  private record LogitBias(float[] bias) implements Guide {
    @Override
    public Stage stage() {
      return Stage.CONSTRAIN;
    }

    @Override
    public Distribution apply(
        Distribution distribution, Map<Stream, Distribution> others, Step step, Canvas canvas) {
      if (!(distribution instanceof CategoricalDistribution categorical)) {
        throw PartException.of(
            ID, "distribution", "a categorical one", distribution.getClass().getSimpleName());
      }
      return categorical.withLogits(
          categorical.logits().add(categorical.logits().getManager().create(bias)));
    }
  }
}
