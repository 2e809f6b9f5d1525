package dev.seriatim.runtime.internal.felix;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generation;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.Models;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** The runtime in Felix, with the engine, real weights, and a model of small parts. */
@Timeout(120)
abstract class TinyModel {
  static final int SLOTS = 6;
  static final List<String> PARTS = List.of("grey", "bigram", "linear", "one-by-one");

  @TempDir static Path folder;
  static RunningFramework framework;
  static Engine engine;
  static Models models;
  static byte[] weights;

  final Tiny.Parts tiny = new Tiny.Parts();
  MemoryUse before;

  @BeforeAll
  static void start() throws Exception {
    framework = new RunningFramework(folder.resolve("felix"));
    engine = framework.service(Engine.class);
    models = framework.service(Models.class);
    Path file = folder.resolve("weights");
    framework
        .service(CheckpointFormat.class)
        .write(
            file,
            Map.of(),
            List.of(
                tensor("backbone.table", 8, 5),
                tensor("head.output", 5, 4),
                tensor("draft-backbone.table", 8, 3),
                tensor("draft-head.output", 3, 4)));
    weights = Files.readAllBytes(file);
  }

  @AfterAll
  static void stop() throws Exception {
    framework.close();
  }

  @BeforeEach
  void measure() {
    before = engine.memory();
  }

  /** Whatever a test did: once its models are gone, nothing is left on the device. */
  @AfterEach
  void clear() throws Exception {
    framework.clear();
    engine.call(() -> null); // what was submitted before is done
    assertThat(engine.memory()).isEqualTo(before);
    assertThat(tiny.closed).hasValue(tiny.built.get());
    assertThat(models.models()).isEmpty();
  }

  static TensorData tensor(String name, int... shape) {
    Random random = new Random(name.hashCode());
    long[] dimensions = IntStream.of(shape).asLongStream().toArray();
    ByteBuffer bytes = ByteBuffer.allocate(4 * shape[0] * shape[1]).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    return new TensorData(
        new TensorInfo(name, ElementType.F32, new Shape(dimensions)), bytes.flip());
  }

  static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  static String descriptor(String name, String hash) {
    return """
        {"name": "%s", "version": "1.0.0", "conditions": {"labels": ["a", "b", "c"]},
         "parts": {
           "tokenizer": {"id": "grey", "version": "[1.0,2)", "config": {"rows": 2, "columns": 3}},
           "backbone": {"id": "bigram", "version": "[1.0,2)", "config": {"width": 5},
             "weights": "w/all.safetensors", "prefix": "backbone."},
           "head": {"id": "linear", "version": "[1.0,2)",
             "weights": "w/all.safetensors", "prefix": "head."},
           "scheduler": {"id": "one-by-one", "version": "[1.0,2)"},
           "guides": [{"id": "warm", "version": "[1.0,2)", "config": {"temperature": 0.8}},
             {"id": "away", "version": "[1.0,2)"}]
         },
         "weights": {"w/all.safetensors": "%s"}}
        """
        .formatted(name, hash);
  }

  Bundle addModel(String name) throws Exception {
    return addModel(name, descriptor(name, sha256(weights)));
  }

  Bundle addModel(String name, String descriptor) throws Exception {
    return framework.addModel(
        name, PARTS, Map.of("model.json", Jars.utf8(descriptor), "w/all.safetensors", weights));
  }

  Bundle addPart(String kind, String id, String version) throws BundleException {
    Bundle bundle = framework.installPart(kind, id, version);
    start(bundle, kind, id);
    return bundle;
  }

  void start(Bundle bundle, String kind, String id) throws BundleException {
    framework.startPart(
        bundle,
        kind,
        id,
        switch (id) {
          case "grey" -> tiny.tokenizer;
          case "bigram" -> tiny.backbone;
          case "linear" -> tiny.head;
          case "one-by-one" -> tiny.scheduler;
          case "warm" -> tiny.warm;
          case "away" -> tiny.away;
          default -> tiny.classifier;
        });
  }

  void addPartsBut(String left) throws BundleException {
    Map<String, String> kinds =
        Map.of(
            "grey",
            "tokenizer",
            "bigram",
            "backbone",
            "linear",
            "head",
            "one-by-one",
            "scheduler",
            "warm",
            "guide",
            "away",
            "guide");
    for (Map.Entry<String, String> part : kinds.entrySet()) {
      if (!part.getKey().equals(left)) {
        addPart(part.getValue(), part.getKey(), "1.0.0");
      }
    }
  }

  Generator addTinyModel() throws Exception {
    addPartsBut("");
    addModel("tiny");
    return models.generator("tiny");
  }

  static GenerationRequest request(int samples) {
    return GenerationRequest.of(new Condition.Label(1), samples).withSeed(7);
  }

  static Throwable failure(Generation generation) throws Exception {
    try {
      generation.result().get(60, TimeUnit.SECONDS);
      throw new AssertionError("The generation did not fail");
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (CancellationException e) {
      return e;
    }
  }

  static Collection<ServiceReference<Generator>> generators() throws Exception {
    return framework.context().getServiceReferences(Generator.class, "(seriatim.model=tiny)");
  }

  static MemoryUse settledMemory() throws Exception {
    return engine.call(engine::memory);
  }

  /** Whether a request's scope is open. */
  static boolean generatorsRun() {
    return engine.memoryByScope().keySet().stream().anyMatch(name -> name.startsWith("request"));
  }
}
