package dev.seriatim.guides.text.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.Guide;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Makes guides that end a text once it holds one of some strings, the prompt aside. The string
 * stays in the text.
 */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.GUIDE,
    id = StopFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class StopFactory implements PartFactory<Guide, StopFactory.Configuration> {
  static final String ID = "stop";

  /** Where to stop. */
  public record Configuration(
      @ConfigKey("strings that end a text, at least one, none of them empty")
          List<String> strings) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Guide> blueprint(Configuration configuration, Frame frame) {
    List<String> strings = List.copyOf(configuration.strings);
    boolean fits = !strings.isEmpty() && strings.stream().noneMatch(String::isEmpty);
    require(fits, ID, "strings", "at least one, none empty", strings);
    Categorical.require(ID, frame);
    return Blueprint.weightless(frame, () -> new Stop(strings));
  }

  private record Stop(List<String> strings) implements BoundLater {
    @Override
    public String id() {
      return ID;
    }

    @Override
    public Guide bind(Canvas canvas, Tokenizer tokenizer) {
      StopMachine machine = new StopMachine(Categorical.ending(ID, tokenizer), strings);
      return new PrefixGuide<>(ID, machine, canvas);
    }
  }
}
