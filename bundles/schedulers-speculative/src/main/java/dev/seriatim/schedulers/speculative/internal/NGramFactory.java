package dev.seriatim.schedulers.speculative.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Scheduler;
import org.osgi.service.component.annotations.Component;

/**
 * Makes schedulers that guess by looking up what followed the same tokens earlier (Saxena, "Prompt
 * lookup decoding", 2023).
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.SCHEDULER,
    id = NGramFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE,
    orders = "speculative")
public final class NGramFactory implements PartFactory<Scheduler, NGramFactory.Configuration> {
  static final String ID = "speculative.ngram";

  /** How far it runs ahead. */
  public record Configuration(
      @ConfigKey(
              value = "slots that one pass of the model verifies, at least 1",
              defaultValue = "8")
          int length,
      @ConfigKey(value = "longest run of tokens that is looked up", defaultValue = "8") int longest,
      @ConfigKey(value = "shortest run of tokens that is looked up, at least 1", defaultValue = "1")
          int shortest,
      @ConfigKey(value = Acceptance.MEANING, defaultValue = Acceptance.DEFAULT)
          String acceptance) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Scheduler> blueprint(Configuration configuration, Frame frame) {
    int length = configuration.length;
    int longest = configuration.longest;
    int shortest = configuration.shortest;
    require(length >= 1, ID, "length", "at least 1", length);
    require(shortest >= 1, ID, "shortest", "at least 1", shortest);
    require(longest >= shortest, ID, "longest", "at least shortest (" + shortest + ")", longest);
    NGramLookup lookup = new NGramLookup(longest, shortest);
    Acceptance acceptance = Acceptance.of(ID, configuration.acceptance);
    return new Verifying.Layout(frame, length, (request, residual) -> lookup, acceptance);
  }
}
