package dev.seriatim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RequestOptionsTest {
  private static final ModelDescriptor MODEL =
      new ModelDescriptor(
          "tiny",
          "1.0.0",
          "",
          "",
          ConditionSpace.NONE,
          Map.of(
              "tokenizer", PartReference.of("vq.grid", "1.0", Map.of()),
              "scheduler", PartReference.of("masked.cosine", "1.0", Map.of())),
          List.of(),
          Map.of());

  @Test
  void withoutOptionsNothingChanges() {
    assertThat(request()).isEqualTo(GenerationRequest.of(Condition.NONE, 1));
  }

  @Test
  void namedOptionsAreGuides() {
    GenerationRequest request =
        request("--cfg=2.5", "--temperature=0.9", "--top-k=5", "--top-p=0.5", "--greedy");
    assertThat(request.guides())
        .containsExactly(
            Map.entry("cfg", new PartChoice("cfg", "", Map.of("scale", 2.5))),
            Map.entry("temperature", new PartChoice("temperature", "", Map.of("value", 0.9))),
            Map.entry("top-k", new PartChoice("top-k", "", Map.of("k", 5))),
            Map.entry("top-p", new PartChoice("top-p", "", Map.of("p", 0.5))));
    assertThat(request.mode()).isTrue();
  }

  @Test
  void settingsGoWithThem() {
    GenerationRequest request =
        request(
            "--cfg=2", "--set=cfg.schedule=cosine", "--set=lexical.bias.words=[1,2.5,\"x\",true]");
    assertThat(request.guides())
        .containsEntry("cfg", new PartChoice("cfg", "", Map.of("scale", 2.0, "schedule", "cosine")))
        .containsEntry(
            "lexical.bias",
            new PartChoice("lexical.bias", "", Map.of("words", List.of(1L, 2.5, "x", true))));
  }

  @Test
  void aSchedulerIsChosenAndSet() {
    assertThat(request("--scheduler=raster@[1.0,2)").scheduler())
        .isEqualTo(new PartChoice("raster", "[1.0,2)", Map.of()));
    assertThat(request("--set=scheduler.steps=8").scheduler())
        .isEqualTo(new PartChoice("masked.cosine", "", Map.of("steps", 8L)));
    assertThat(request("--set=masked.cosine.steps=8").scheduler())
        .isEqualTo(new PartChoice("masked.cosine", "", Map.of("steps", 8L)));
    GenerationRequest other = request("--scheduler=nar", "--set=nar.steps=8");
    assertThat(other.scheduler()).isEqualTo(new PartChoice("nar", "", Map.of("steps", 8L)));
    assertThat(other.guides()).isEmpty();
  }

  @Test
  void otherPartsAreNotChangedByARequest() {
    assertThatThrownBy(() -> request("--set=vq.grid.height=3"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage(
            "--set vq.grid: expected the scheduler or a guide, found the tokenizer of tiny, which a"
                + " request cannot change");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cfg", "cfg=2", "=2", "cfg.=2", ".scale=2", "a=b.c"})
  void malformedSettingsAreRefused(String setting) {
    assertThatThrownBy(() -> request("--set=" + setting))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("--set: expected PART.KEY=VALUE, found " + setting);
  }

  @Test
  void seedAndFirstSample() {
    GenerationRequest request = request("--seed=-3", "--first-sample=9");
    assertThat(request.seed()).isEqualTo(-3);
    assertThat(request.firstSample()).isEqualTo(9);
    assertThatThrownBy(() -> request("--first-sample=-1"))
        .hasMessage("--first-sample: expected at least 0, found -1");
  }

  private static GenerationRequest request(String... arguments) {
    RequestOptions options = CommandLine.populateCommand(new RequestOptions(), arguments);
    return options.apply(GenerationRequest.of(Condition.NONE, 1), MODEL);
  }
}
