package dev.seriatim.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Part;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every part keeps.
 *
 * @param <P> the kind of part
 * @param <C> its configuration
 */
public abstract class PartContract<P extends Part, C extends Record> {
  /** Seed of the weights that parts are tested with. */
  protected static final long WEIGHT_SEED = 20;

  private MemoryUse before;
  private Weights weights;
  private Scope scope;
  private P part;
  private Blueprint<P> blueprint;

  /** The factory under test. */
  protected abstract PartFactory<P, C> factory();

  /** A small configuration that is accepted. */
  protected abstract C configuration();

  /** What the parts before this one have fixed. */
  protected abstract Frame frame();

  /**
   * The weights that the part is tested with. The default is how training starts them; {@link
   * #awake} suits parts whose last layers start at zero, which would hide all that comes before.
   */
  protected List<Parameter> parameters() {
    return blueprint.parameters();
  }

  /**
   * The weights themselves: random ones for {@link #parameters}. Parts whose weights are no numbers
   * (files of a tokenizer) load theirs from a checkpoint. Engine thread.
   */
  protected Weights makeWeights() {
    return engine().initialise(parameters(), WEIGHT_SEED);
  }

  /** The parameters with random numbers in the place of zeros. */
  protected static List<Parameter> awake(List<Parameter> parameters) {
    return parameters.stream().map(PartContract::awake).toList();
  }

  private static Parameter awake(Parameter parameter) {
    return parameter.initializer().equals(Initializer.zeros())
        ? new Parameter(
            parameter.name(), parameter.shape(), new Initializer.Normal(0.2f), parameter.decay())
        : parameter;
  }

  /** Configurations that must be refused, by the key that the refusal must name. */
  protected abstract Map<String, C> refused();

  /** The engine to test on: the one on the class path. */
  protected Engine engine() {
    return SharedEngine.get();
  }

  /** The part under test, with random weights. */
  protected final P part() {
    return part;
  }

  /** Its blueprint. */
  protected final Blueprint<P> blueprint() {
    return blueprint;
  }

  /** Its weights. */
  protected final Weights weights() {
    return weights;
  }

  /** The scope of the test; closed after it. */
  protected final Scope scope() {
    return scope;
  }

  /** Something to do on the engine's thread. */
  @FunctionalInterface
  protected interface Work {
    /** Does it. */
    void run() throws Exception;
  }

  /** Runs part of a test where tensors may be touched. */
  protected final void onEngine(Work work) throws Exception {
    engine()
        .call(
            () -> {
              work.run();
              return null;
            });
  }

  /** Builds the part. */
  @BeforeEach
  void build() throws Exception {
    blueprint = factory().blueprint(configuration(), frame());
    onEngine(
        () -> {
          before = engine().memory();
          weights = makeWeights();
          part = blueprint.build(engine(), weights);
          scope = engine().scope("contract");
        });
  }

  /** Closes the part and compares native memory with what it was before. */
  @AfterEach
  void leavesNothingBehind() throws Exception {
    onEngine(
        () -> {
          scope.close();
          part.close();
          weights.close();
          assertThat(engine().memory()).as("4 Leak-free: native memory").isEqualTo(before);
        });
  }

  @Test
  @DisplayName("6 Says no clearly: refused configurations name the key")
  void refusesBadConfigurations() {
    Map<String, C> refused = refused();
    refused.forEach(
        (key, bad) -> {
          Throwable refusal = catchThrowable(() -> factory().blueprint(bad, frame()));
          assertThat(refusal).as("refusal of %s", bad).isInstanceOf(PartException.class);
          assertThat(refusal).hasMessageContaining(key).hasMessageContaining("found");
        });
  }

  @Test
  @DisplayName("Parameters have distinct names, and are the same on every call")
  void declaresItsParameters() {
    List<Parameter> parameters = blueprint.parameters();
    assertThat(parameters).extracting(Parameter::name).doesNotHaveDuplicates();
    assertThat(parameters).isEqualTo(blueprint.parameters());
    assertThat(parameters).allMatch(p -> p.shape().size() > 0);
  }

  /** The one engine of the tests' JVM. */
  private static final class SharedEngine {
    private static Engine engine;

    static synchronized Engine get() {
      if (engine == null) {
        engine =
            ServiceLoader.load(Engine.class)
                .findFirst()
                .orElseThrow(
                    () ->
                        new IllegalStateException(
                            "No engine on the class path; add dev.seriatim.engine.pytorch"));
      }
      return engine;
    }
  }
}
