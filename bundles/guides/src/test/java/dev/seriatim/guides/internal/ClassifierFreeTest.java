package dev.seriatim.guides.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.part.Stream;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClassifierFreeTest extends CategoricalGuideContract<ClassifierFreeFactory.Configuration> {
  ClassifierFreeTest() {
    super(
        new ClassifierFreeFactory(),
        new ClassifierFreeFactory.Configuration(2.5, "constant", 1),
        Map.of(
            "scale", new ClassifierFreeFactory.Configuration(-1, "constant", 1),
            "schedule", new ClassifierFreeFactory.Configuration(2, "quadratic", 1),
            "power", new ClassifierFreeFactory.Configuration(2, "cosine", 0)));
  }

  @Test
  @DisplayName("Asks for the unconditional stream, and not when it changes nothing")
  void streams() {
    assertThat(part().streams()).containsExactly(Stream.UNCONDITIONAL);
    assertThat(new ClassifierFree(1, settled -> 1).streams()).isEmpty();
  }
}
