package dev.seriatim.runtime.internal.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.model.ModelNotWiredException;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.ModelStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Models as their parts, their bundles and the runtime come and go. */
class WiringTest extends TinyModel {
  @Test
  void aModelSaysWhyItIsNotWiredAndIsReadyOnceItCanBe() throws Exception {
    addPartsBut("linear");
    Bundle model = addModel("tiny");
    assertThat(model.getState()).isEqualTo(Bundle.INSTALLED);
    assertUnwired("tiny needs head linear [1.0,2), which is not installed");
    assertThat(models.why("linear"))
        .isEqualTo("tiny needs head linear [1.0,2), which is not installed");

    addPart("head", "linear", "2.0.0");
    assertUnwired("tiny needs head linear [1.0,2), but only 2.0.0 is installed");

    addPart("head", "linear", "0.9.0");
    assertUnwired("tiny needs head linear [1.0,2), but only 0.9.0 and 2.0.0 are installed");

    Bundle head = framework.installPart("head", "linear", "1.5.0");
    assertUnwired(
        "tiny needs head linear [1.0,2), but bundle part.linear.1.5.0 1.5.0 that provides it is"
            + " not started");

    start(head, "head", "linear");
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    assertThat(models.why("tiny"))
        .isEqualTo(
            "tiny 1.0.0 is ready: its parts are there, and its weights load when first used");
    assertThat(generators()).hasSize(1);
    models.generator("tiny").generate(request(1));

    head.stop();
    assertUnwired(
        "tiny needs head linear [1.0,2), but bundle part.linear.1.5.0 1.5.0 that provides it is"
            + " not started");
    engine.call(() -> null); // parts are closed on the engine's thread, after the wiring is retired
    assertThat(tiny.closed).hasValue(tiny.built.get());

    start(head, "head", "linear");
    assertThat(models.model("tiny").state()).isEqualTo(State.READY);
    models.generator("tiny").generate(request(1));
    assertThat(models.model("tiny").state()).isEqualTo(State.WIRED);
  }

  private static void assertUnwired(String reason) throws Exception {
    ModelStatus status = models.model("tiny");
    assertThat(status.reason()).isEqualTo(reason);
    assertThat(status.state()).isEqualTo(State.UNWIRED);
    assertThat(models.why("tiny")).isEqualTo(reason);
    assertThat(generators()).isEmpty();
    assertThatThrownBy(() -> models.generator("tiny"))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage(reason);
  }

  @Test
  void allMissingPartsAreNamed() throws Exception {
    addModel("tiny", descriptor("tiny", sha256(weights)).replace("warm", "cold"));
    assertThat(models.why("tiny"))
        .startsWith("tiny needs tokenizer grey [1.0,2), which is not installed; and backbone ")
        .contains("; and guide cold [1.0,2), which is not installed");
    ModelStatus status = models.model("tiny");
    assertThat(status.parts()).isEmpty();
    assertThat(status.bundle()).isEqualTo("model.tiny 1.0.0");
  }

  @Test
  void aHeldGeneratorRefusesWithTheReasonWhileAPartIsMissing() throws Exception {
    addPartsBut("warm");
    Bundle warm = addPart("guide", "warm", "1.0.0");
    addModel("tiny");
    Generator generator = models.generator("tiny");
    generator.generate(request(1));
    warm.stop();
    assertThatThrownBy(() -> generator.generate(request(1)))
        .isInstanceOf(ModelNotWiredException.class)
        .hasMessage(
            "tiny needs guide warm [1.0,2), but bundle part.warm.1.0.0 1.0.0 that provides it is"
                + " not started");
    start(warm, "guide", "warm");
    generator.generate(request(1));
  }

  @Test
  void aHigherVersionTakesOverForNewRequests() throws Exception {
    Generator generator = addTinyModel();
    assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
        .isEqualTo("1.0.0");
    Bundle higher = addPart("head", "linear", "1.10.0");
    addPart("head", "linear", "1.9.0");
    assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
        .isEqualTo("1.10.0");
    higher.stop();
    assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
        .isEqualTo("1.9.0");
  }

  @Test
  void partsThatGoAreClosedWhenTheRequestsThatUseThemHaveEnded() throws Exception {
    addPartsBut("linear");
    Bundle head = addPart("head", "linear", "1.0.0");
    addModel("tiny");
    List<Integer> closedAtStep = new ArrayList<>();
    Generation generation =
        models
            .generator("tiny")
            .start(
                request(2),
                event -> {
                  if (event.step().index() == 1) {
                    elsewhere(head::stop);
                  }
                  closedAtStep.add(tiny.closed.get());
                });
    assertThat(generation.result().get(60, TimeUnit.SECONDS).canvas().settled(0)).isEqualTo(SLOTS);
    assertThat(closedAtStep).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(tiny.closed).hasValue(6);
    assertThat(models.model("tiny").state()).isEqualTo(State.UNWIRED);
  }

  @Test
  void aModelThatGoesLetsItsRequestsEnd() throws Exception {
    addPartsBut("");
    Bundle model = addModel("tiny");
    Generator generator = models.generator("tiny");
    Generation generation =
        generator.start(
            request(1),
            event -> {
              if (event.step().index() == 0) {
                elsewhere(model::uninstall);
              }
            });
    generation.result().get(60, TimeUnit.SECONDS);
    assertThat(tiny.closed).hasValue(6);
    assertThatThrownBy(() -> models.generator("tiny"))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("There is no model named 'tiny'; none is installed");
    assertThatThrownBy(() -> generator.generate(request(1)))
        .isInstanceOf(ModelNotWiredException.class);
  }

  private interface Action {
    void run() throws Exception;
  }

  /** Does something on another thread, and waits for it. */
  private static void elsewhere(Action action) {
    CompletableFuture.runAsync(
            () -> {
              try {
                action.run();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            })
        .join();
  }

  @Test
  void noRequestIsLostWhileVersionsOfAPartAreExchanged() throws Exception {
    addPartsBut("linear");
    Bundle current = addPart("head", "linear", "1.0.0");
    addModel("tiny");
    Generator generator = models.generator("tiny");
    long[] expected = generator.generate(request(2)).canvas().ids();
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Integer>> callers = new ArrayList<>();
    for (int caller = 0; caller < 3; caller++) {
      callers.add(
          CompletableFuture.supplyAsync(
              () -> {
                int count = 0;
                while (!over.get()) {
                  assertThat(generator.generate(request(2)).canvas().ids()).isEqualTo(expected);
                  count++;
                }
                return count;
              }));
    }
    try {
      for (int swap = 1; swap <= 10; swap++) {
        Bundle next = addPart("head", "linear", "1.0." + swap);
        assertThat(generator.generate(request(1)).manifest().parts().get(2).version())
            .isEqualTo("1.0." + swap);
        current.uninstall();
        current = next;
      }
    } finally {
      over.set(true);
    }
    for (CompletableFuture<Integer> caller : callers) {
      assertThat(caller.get(60, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void anUpdatedBundleBringsItsNewDescriptor() throws Exception {
    addPartsBut("");
    Bundle model = addModel("tiny");
    models.generator("tiny").generate(request(1));
    String changed = descriptor("tiny", sha256(weights)).replace("\"c\"", "\"d\"");
    model.update(
        RunningFramework.modelJar(
            "tiny",
            List.of(),
            Map.of("model.json", Jars.utf8(changed), "w/all.safetensors", weights)));
    assertThat(models.model("tiny").descriptor().conditions().labels())
        .containsExactly("a", "b", "d");
    models.generator("tiny").generate(request(1));
    assertThat(models.models()).hasSize(1);
  }

  @Test
  void aStoppedModelIsListedAsSuch() throws Exception {
    addPartsBut("");
    Bundle model = addModel("tiny");
    models.generator("tiny").generate(request(1));
    model.stop();
    assertUnwired("tiny is in bundle model.tiny 1.0.0, which is not started");
    engine.call(() -> null);
    assertThat(tiny.closed).hasValue(6);
    model.start();
    models.generator("tiny").generate(request(1));
  }

  @Test
  void aRuntimeThatStopsEndsItsRequestsWithAReason() throws Exception {
    Generator generator = addTinyModel();
    AtomicReference<CompletableFuture<Void>> stopped = new AtomicReference<>();
    Generation generation =
        generator.start(
            request(1),
            event -> {
              if (event.step().index() == 0) {
                stopped.set(
                    CompletableFuture.runAsync(
                        () -> {
                          try {
                            framework.runtime().stop();
                          } catch (BundleException e) {
                            throw new UncheckedIOException(new IOException(e));
                          }
                        }));
                // Requests are told before the generators go.
                while (isPublished()) {
                  Thread.onSpinWait();
                }
              }
            });
    assertThat(failure(generation))
        .isInstanceOf(SeriatimException.class)
        .hasMessage("tiny: the runtime was stopped while it generated");
    stopped.get().get(60, TimeUnit.SECONDS);
    assertThat(tiny.closed).hasValue(6);
    assertThat(engine.memory()).isEqualTo(before);
    framework.runtime().start();
    models = framework.service(Models.class);
    models.generator("tiny").generate(request(1));
  }

  private static boolean isPublished() {
    return framework.context().getServiceReference(Generator.class) != null;
  }

  @Test
  void aDescriptorThatIsRefusedIsShownWithItsModel() throws Exception {
    addModel("tiny", "{\"name\": \"tiny\"}");
    ModelStatus status = models.model("tiny");
    assertThat(status.state()).isEqualTo(State.FAILED);
    assertThat(status.reason())
        .isEqualTo(
            "model.tiny 1.0.0: model.json: version: expected a version such as \"1.0.0\", found"
                + " nothing");
    assertThatThrownBy(() -> models.generator("tiny")).isInstanceOf(ModelNotWiredException.class);
    framework.addModel("empty", List.of(), Map.of());
    assertThat(models.why("empty"))
        .isEqualTo("model.empty 1.0.0: model.json: expected the file in the bundle, found none");
    framework.addModel(
        "other", List.of(), Map.of("model.json", Jars.utf8(descriptor("tiny", sha256(weights)))));
    assertThat(models.why("other"))
        .isEqualTo(
            "model.other 1.0.0: model.json: name: expected other as in the manifest, found tiny");
  }

  @Test
  void unknownNamesAreRefusedWithTheNearest() throws Exception {
    addTinyModel();
    assertThatThrownBy(() -> models.model("tine"))
        .hasMessage("There is no model named 'tine'; there are tiny (nearest: tiny)");
    assertThatThrownBy(() -> models.why("bigrams"))
        .hasMessageStartingWith("There is no model or part named 'bigrams'; there are ")
        .hasMessageEndingWith("(nearest: bigram)");
  }

  @Test
  void partsAreListedAndExplained() throws Exception {
    addTinyModel();
    framework.installPart("head", "asleep", "1.0.0");
    assertThat(models.parts())
        .extracting(part -> part.kind() + " " + part.id())
        .containsExactly(
            "backbone bigram",
            "guide away",
            "guide warm",
            "head linear",
            "scheduler one-by-one",
            "tokenizer grey");
    assertThat(models.why("linear"))
        .isEqualTo("head linear 1.0.0 (part.linear.1.0.0 1.0.0) is there, used by tiny");
    assertThat(models.why("asleep"))
        .isEqualTo(
            "head asleep 1.0.0 is not there, because bundle part.asleep.1.0.0 1.0.0 that provides"
                + " it is not started");
  }

  @Test
  void aModelWhosePartIsMisconfiguredSaysSo() throws Exception {
    addPartsBut("");
    addModel("tiny", descriptor("tiny", sha256(weights)).replace("\"width\": 5", "\"width\": 0"));
    assertUnwired("tiny: backbone bigram: width: expected at least 1, found 0");
  }
}
