package dev.seriatim.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.generation.Generator;
import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.launcher.Seriatim;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.launch.Framework;

/** Frameworks start, generate and stop, one after another in this JVM. */
class LifeCycleIT {
  private static final int FRAMEWORKS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void startsWiresGeneratesAndStops() throws Exception {
    Seriatim seriatim = Systems.tiny();
    try (seriatim) {
      assertThat(seriatim.problems()).isEmpty();
      assertThat(seriatim.models().model(TinyModel.NAME).state())
          .isEqualTo(ModelStatus.State.READY);
      Systems.draw(seriatim, TinyModel.NAME, 2, 1);
      assertThat(seriatim.models().model(TinyModel.NAME).state())
          .isEqualTo(ModelStatus.State.WIRED);
      assertThat(seriatim.models().why(TinyModel.NAME))
          .startsWith("tiny 1.0.0 is wired to tokenizer vq.grid 1.0.0 (");
    }
    seriatim.close();
    assertThatThrownBy(seriatim::models).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void frameworksOneAfterAnotherDrawTheSameAndLeaveNothingBehind(@TempDir Path storage)
      throws Exception {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    Systems.Output first = startAndStop(storage.resolve("first"));
    Set<Thread> before = threads();
    ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
    for (int i = 0; i < FRAMEWORKS; i++) {
      Path folder = storage.resolve("framework-" + i);
      WeakReference<ClassLoader> loader;
      try (Seriatim seriatim =
          Systems.builder().storage(folder).models(TinyModel.folder()).start()) {
        assertThat(Systems.draw(seriatim, TinyModel.NAME, 2, 1)).isEqualTo(first);
        loader = loader(seriatim, collected);
      }
      assertCollected(loader, collected);
    }
    for (Thread left : threads()) {
      if (!before.contains(left)) {
        left.join(PATIENCE.toMillis());
        assertThat(left.isAlive()).as("thread %s is alive", left.getName()).isFalse();
      }
    }
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(context);
  }

  private static Systems.Output startAndStop(Path folder) {
    try (Seriatim seriatim = Systems.builder().storage(folder).models(TinyModel.folder()).start()) {
      return Systems.draw(seriatim, TinyModel.NAME, 2, 1);
    }
  }

  /** The class loader of the runtime's bundle: what would stay if anything held its classes. */
  private static WeakReference<ClassLoader> loader(
      Seriatim seriatim, ReferenceQueue<ClassLoader> collected) {
    Generator generator = seriatim.generator(TinyModel.NAME);
    return new WeakReference<>(generator.getClass().getClassLoader(), collected);
  }

  private static void assertCollected(
      WeakReference<ClassLoader> loader, ReferenceQueue<ClassLoader> collected) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!loader.refersTo(null) && System.nanoTime() < end) {
      System.gc();
      collected.remove(100);
    }
    assertThat(loader.refersTo(null)).as("class loader of the runtime is collected").isTrue();
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                Stream.of("seriatim", "felix", "scr", "fileinstall", "osgi")
                    .anyMatch(thread.getName().toLowerCase()::contains))
        .collect(Collectors.toSet());
  }

  @Test
  void theTemporaryFolderGoesWithTheFramework() throws Exception {
    Path folder;
    try (Seriatim seriatim = Systems.tiny()) {
      folder =
          seriatim.unwrap(Framework.class).getDataFile("").toPath().toAbsolutePath().normalize();
      assertThat(folder).isDirectory();
    }
    assertThat(Files.exists(folder)).isFalse();
  }
}
