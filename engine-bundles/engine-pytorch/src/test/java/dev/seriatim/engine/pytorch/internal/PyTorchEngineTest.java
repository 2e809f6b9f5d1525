package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.canvas.Slots;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class PyTorchEngineTest extends EngineTest {
  private static final KernelSource SOURCE =
      new KernelSource(
          "k.py",
          "class K(Module):\n  n: int\n  def f(self, x: Tensor) -> Tensor:\n    return x * self.n\n");

  @Test
  void runsEverythingOnItsOwnThread() throws Exception {
    String name = onEngine(() -> Thread.currentThread().getName());
    assertThat(name).isEqualTo("seriatim-engine-cpu");
    assertThat(onEngine(() -> Thread.currentThread().isDaemon())).isTrue();
    assertThat(onEngine(() -> onEngine(engine()::onEngineThread))).isTrue();
    assertThat(engine().onEngineThread()).isFalse();
  }

  @Test
  void refusesCallsFromOtherThreads() throws Exception {
    String message =
        "Engine calls run on the thread seriatim-engine-cpu, not on "
            + Thread.currentThread().getName()
            + ": use Engine.call or Engine.submit";
    assertThatThrownBy(() -> engine().scope("x")).hasMessage(message);
    assertThatThrownBy(() -> engine().kernel(SOURCE, Map.of(), FixedWeights.none()))
        .hasMessage(message);
    Scope scope = onEngine(() -> engine().scope("test"));
    Kernel kernel = onEngine(() -> engine().kernel(SOURCE, Map.of("n", 2), FixedWeights.none()));
    NDArray x = onEngine(() -> scope.manager().ones(new Shape(1)));
    assertThatThrownBy(() -> kernel.call(null, "f", x)).hasMessage(message);
    assertThatThrownBy(scope::close).hasMessage(message);
    run(kernel::close);
    run(scope::close);
  }

  @Test
  void throwsWhatATaskThrows() {
    IOException error = new IOException("no");
    assertThatThrownBy(
            () ->
                onEngine(
                    () -> {
                      throw error;
                    }))
        .isSameAs(error);
    assertThatThrownBy(
            () ->
                engine()
                    .submit(
                        () -> {
                          throw new AssertionError("bad");
                        })
                    .get())
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("bad");
  }

  @Test
  void countsArraysByScopeAndFreesThemTogether() throws Exception {
    MemoryUse before = engine().memory();
    Scope request = onEngine(() -> engine().scope("request"));
    run(
        () -> {
          request.manager().zeros(new Shape(10));
          Scope step = request.child("step");
          try (Kernel kernel = engine().kernel(SOURCE, Map.of("n", 2), FixedWeights.none())) {
            NDArray x = step.manager().ones(new Shape(3));
            for (int i = 0; i < 10; i++) {
              x = kernel.callForOne(step.manager(), "f", x);
            }
            assertThat(x.toFloatArray()).containsOnly(1024);
          }
          assertThat(step.use()).isEqualTo(new MemoryUse(11, 11 * 3 * 4));
          step.close();
        });
    assertThat(engine().memoryByScope()).containsEntry("request", new MemoryUse(1, 40));
    run(request::close);
    run(request::close);
    assertThat(engine().memory()).isEqualTo(before);
    assertThat(engine().memoryByScope()).doesNotContainKey("request");
  }

  @Test
  void drawsArraysOfTheStep() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test")) {
            NDArray drawn =
                engine().random(5, 0, 1).at(2, Slots.range(0, 3), scope.manager()).normal(0, 7);
            assertThat(drawn.getShape()).isEqualTo(new Shape(2, 3, 7));
            assertThat(engine().random(5, 0, 1).samples()).isEqualTo(2);
            assertThat(scope.use().arrays()).isEqualTo(1);
          }
        });
  }

  @Test
  void saysWhatItIs() {
    assertThat(engine().description()).matches("DJL 0\\.35\\.1, libtorch 2\\.7\\.1, cpu");
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
  }

  @Test
  void refusesTasksOnceItIsStopped() throws Exception {
    PyTorchEngine other = new PyTorchEngine();
    Scope scope = other.call(() -> other.scope("left open"));
    NDArray array = other.call(() -> scope.manager().ones(new Shape(1)));
    other.close();
    other.close();
    assertThat(array.isReleased()).isTrue();
    assertThatThrownBy(() -> other.call(() -> 1))
        .hasMessage("The engine of the thread seriatim-engine-cpu is stopped");
  }
}
