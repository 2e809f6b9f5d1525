package dev.seriatim.runtime.internal.assembly;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.model.PartDescription;
import dev.seriatim.api.part.PartException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FitRuleTest {
  private static PartDescription part(
      String kind, String id, Map<String, List<String>> attributes) {
    return new PartDescription(kind, id, "1.0.0", "bundle 1.0.0", attributes, List.of());
  }

  @Test
  void partsThatShareAValueOfEveryAttributeFit() {
    assertThatCode(
            () ->
                FitRule.check(
                    List.of(
                        part("tokenizer", "vq", Map.of("tokens", List.of("discrete"))),
                        part(
                            "backbone",
                            "gpt",
                            Map.of(
                                "tokens",
                                List.of("continuous", "discrete"),
                                "orders",
                                List.of("raster"))),
                        part("head", "softmax", Map.of("tokens", List.of("discrete"))),
                        part(
                            "scheduler", "raster", Map.of("orders", List.of("random", "raster"))))))
        .doesNotThrowAnyException();
  }

  @Test
  void partsThatDeclareNothingFitEverything() {
    assertThatCode(
            () ->
                FitRule.check(
                    List.of(
                        part("tokenizer", "any", Map.of()),
                        part("head", "flow", Map.of("tokens", List.of("continuous"))))))
        .doesNotThrowAnyException();
  }

  @Test
  void twoThatShareNoValueAreNamed() {
    assertThatThrownBy(
            () ->
                FitRule.check(
                    List.of(
                        part("tokenizer", "vq", Map.of("tokens", List.of("discrete"))),
                        part("backbone", "gpt", Map.of()),
                        part("head", "flow", Map.of("tokens", List.of("continuous"))))))
        .isInstanceOf(PartException.class)
        .hasMessage(
            "head flow 1.0.0 does not fit tokenizer vq 1.0.0: tokens: continuous against discrete");
  }

  @Test
  void threeThatShareOneByOneButNotTogetherDoNotFit() {
    assertThatThrownBy(
            () ->
                FitRule.check(
                    List.of(
                        part("backbone", "a", Map.of("orders", List.of("x", "y"))),
                        part("scheduler", "b", Map.of("orders", List.of("y", "z"))),
                        part("guide", "c", Map.of("orders", List.of("x", "z"))))))
        .hasMessage("guide c 1.0.0 does not fit backbone a 1.0.0: orders: x or z against x or y");
  }
}
