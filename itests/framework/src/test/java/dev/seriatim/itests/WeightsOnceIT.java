package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.generation.PartLease;
import dev.seriatim.api.generation.PartLender;
import dev.seriatim.api.part.Backbone;
import dev.seriatim.api.part.Head;
import dev.seriatim.api.part.Tokenizer;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.launcher.Seriatim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** What holds weights loads them once, however often its service is looked up. */
class WeightsOnceIT {
  private static final int THREADS = 4;
  private static final int LOOKUPS = 25;

  @Test
  void manyLookUpsLoadEachWeightOnce() throws Exception {
    AtomicInteger built = new AtomicInteger();
    try (Seriatim seriatim = Systems.tiny()) {
      TestParts.<Tokenizer>publish(seriatim, "tokenizer", "vq.grid", part -> count(built, part));
      TestParts.<Backbone>publish(
          seriatim, "backbone", "transformer.causal", part -> count(built, part));
      TestParts.<Head>publish(seriatim, "head", "categorical", part -> count(built, part));
      assertThat(Systems.memory(seriatim).arrays()).as("loaded before the first use").isZero();

      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      try {
        List<Future<Systems.Output>> outputs = new ArrayList<>();
        for (int i = 0; i < THREADS * LOOKUPS; i++) {
          outputs.add(threads.submit(() -> lookUpAndDraw(seriatim)));
        }
        for (Future<Systems.Output> output : outputs) {
          assertThat(output.get()).isEqualTo(outputs.get(0).get());
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(built).as("parts built").hasValue(3);

      try (PartLease<Tokenizer> one = seriatim.tokenizer(TinyModel.NAME);
          PartLease<Tokenizer> other = seriatim.tokenizer(TinyModel.NAME)) {
        assertThat(one.part()).isSameAs(other.part());
      }
      assertThat(built).as("parts built").hasValue(3);
      assertThat(weights(seriatim)).isEqualTo(declared(seriatim));
    }
  }

  /** As a component does that has no reference of its own. */
  private static Systems.Output lookUpAndDraw(Seriatim seriatim) {
    BundleContext context = seriatim.unwrap(BundleContext.class);
    ServiceReference<Generator> reference = context.getServiceReference(Generator.class);
    Generator generator = context.getService(reference);
    try {
      return Systems.Output.of(generator.generate(Systems.request(generator, 1, 1)));
    } finally {
      context.ungetService(reference);
    }
  }

  private static <P> P count(AtomicInteger built, P part) {
    built.incrementAndGet();
    return part;
  }

  private static MemoryUse weights(Seriatim seriatim) {
    return seriatim.engine().memoryByScope().get("weights");
  }

  /** The distinct weights of the model: those of equal content are held once. */
  private static MemoryUse declared(Seriatim seriatim) {
    Map<String, Long> bytes = new HashMap<>();
    for (String file : List.of(TinyModel.TOKENIZER_FILE, TinyModel.GENERATOR_FILE)) {
      try (Checkpoint checkpoint = seriatim.service(PartLender.class).open(TinyModel.NAME, file)) {
        checkpoint
            .tensors()
            .forEach(
                (name, info) ->
                    bytes.put(checkpoint.sha256(name), Float.BYTES * info.shape().size()));
      }
    }
    return new MemoryUse(bytes.size(), bytes.values().stream().mapToLong(each -> each).sum());
  }
}
