package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.part.Stream;
import dev.seriatim.guides.internal.ClassifierFreeFactory.Configuration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClassifierFreeTest extends CategoricalGuideContract<Configuration> {
  ClassifierFreeTest() {
    super(
        new ClassifierFreeFactory(),
        new Configuration(2.5, "constant", 1, -1),
        Map.of(
            "scale", new Configuration(-1, "constant", 1, -1),
            "schedule", new Configuration(2, "quadratic", 1, -1),
            "power", new Configuration(2, "power-cosine", -1, -1),
            "interval", new Configuration(2, "constant", 1, -2)));
  }

  @Test
  @DisplayName("Asks for the unconditional stream, and not when it changes nothing")
  void streams() {
    assertThat(part().streams()).containsExactly(Stream.UNCONDITIONAL);
    assertThat(new ClassifierFree(1, GuidanceSchedule.CONSTANT, 1, -1).streams()).isEmpty();
  }
}
