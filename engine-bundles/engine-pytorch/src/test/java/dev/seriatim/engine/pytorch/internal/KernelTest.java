package dev.seriatim.engine.pytorch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.engine.Scope;
import dev.seriatim.api.weights.Initializer;
import dev.seriatim.api.weights.Parameter;
import dev.seriatim.api.weights.Weights;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelTest extends EngineTest {
  private static final KernelSource LINEAR =
      source(
          """
          \"""Docstring of the file.\"""
          import torch
          from torch import Tensor

          class Linear(Module):
              \"""Docstring of the class,
              in two lines.\"""
              width: int                # a constant
              scale: float
              flip: bool
              sizes: List[int]
              weight: Tensor            # [out, in]
              layers: List[Tensor]
              bias: Optional[Tensor]

              def scaled(self, x: Tensor, by: float = 1.0) -> Tensor:
                  \"""Docstring of the method.\"""
                  return x * self.scale * by  # comment

              def forward(
                  self,
                  x: Tensor,
              ) -> Tensor:
                  assert x.size(-1) == self.width, "width {}".format(x.size(-1))
                  for layer in self.layers:
                      x = torch.linear(x, layer)
                  y = torch.linear(x, self.weight, self.bias).to(torch.float32)
                  return -self.scaled(y) if self.flip else self.scaled(y, by=2.0)

              def write(self, cache: Tensor, x: Tensor, at: int):
                  cache[:, at:at + 1] = x

              def many(self, x: Tensor, y: Optional[Tensor], zs: List[Tensor], n: List[int]
              ) -> Tuple[Tensor, List[Tensor]]:
                  return (x if y is None else x + y), zs + [torch.zeros(n)]
          """);

  private static KernelSource source(String text) {
    return new KernelSource("linear.py", text);
  }

  private static final Map<String, Object> CONSTANTS =
      Map.of("width", 2, "scale", 0.5, "flip", true, "sizes", List.of(1, 2));

  private Kernel linear(NDManager manager) {
    Weights weights =
        FixedWeights.of(
            "weight", manager.create(new float[] {1, 2}, new Shape(1, 2)),
            "layers.0", manager.eye(2),
            "layers.1", manager.eye(2).mul(3));
    return engine().kernel(LINEAR, CONSTANTS, weights);
  }

  @Test
  void runsAMethodWithConstantsAndWeights() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = linear(scope.manager())) {
            NDArray x = scope.manager().create(new float[] {5, 7}, new Shape(1, 2));
            NDArray y = kernel.callForOne(scope.manager(), "forward", x);
            assertThat(y.toFloatArray()).containsExactly(-(5 + 14) * 3 * 0.5f);
          }
        });
  }

  @Test
  void seesUpdatesInPlaceOfItsWeights() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test")) {
            NDArray weight = scope.manager().ones(new Shape(1, 2));
            Weights weights = FixedWeights.of("weight", weight);
            KernelSource source =
                source(
                    """
                    class K(Module):
                      weight: Tensor
                      def sum(self) -> Tensor:
                        return self.weight.sum()
                    """);
            try (Kernel kernel = engine().kernel(source, Map.of(), weights)) {
              weight.addi(4);
              NDArray sum = kernel.callForOne(scope.manager(), "sum");
              assertThat(sum.getFloat()).isEqualTo(10f);
            }
          }
        });
  }

  @Test
  void writesIntoACacheThatIsAnArgument() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = linear(scope.manager())) {
            NDArray cache = scope.manager().zeros(new Shape(1, 3));
            NDArray x = scope.manager().ones(new Shape(1, 1));
            assertThat(kernel.call(scope.manager(), "write", cache, x, 1)).isEmpty();
            assertThat(cache.toFloatArray()).containsExactly(0, 1, 0);
          }
        });
  }

  @Test
  void takesNoneAndListsAndGivesTuplesAndLists() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = linear(scope.manager())) {
            NDArray x = scope.manager().ones(new Shape(2));
            NDList list = new NDList(x, x);
            NDList got = kernel.call(scope.manager(), "many", x, null, list, new long[] {3, 1});
            assertThat(got).hasSize(4);
            assertThat(got.get(3).getShape()).isEqualTo(new Shape(3, 1));
            got = kernel.call(scope.manager(), "many", x, x, new NDList(), new long[] {});
            assertThat(got).hasSize(2);
            assertThat(got.get(0).toFloatArray()).containsExactly(2, 2);
          }
        });
  }

  @Test
  void saysWhichLineRaised() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = linear(scope.manager())) {
            NDArray x = scope.manager().ones(new Shape(1, 3));
            assertThatThrownBy(() -> kernel.callForOne(scope.manager(), "forward", x))
                .hasMessage(
                    "linear.py:24: AssertionError: width 3 (column 9, `assert x.size(-1) =="
                        + " self.width, \"width {}\".format(x.size(-1))`)");
            NDArray x3 = scope.manager().ones(new Shape(1, 3));
            NDArray cache = scope.manager().zeros(new Shape(2, 3));
            assertThatThrownBy(() -> kernel.call(scope.manager(), "write", cache, x3, 1))
                .hasMessageStartingWith("linear.py:31: ");
          }
        });
  }

  @Test
  void refusesWrongCallsByName() throws Exception {
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = linear(scope.manager())) {
            NDManager manager = scope.manager();
            NDArray x = manager.ones(new Shape(1, 2));
            assertThatThrownBy(() -> kernel.call(manager, "backward"))
                .hasMessage(
                    "linear.py: no method backward; its methods are [scaled, forward, write,"
                        + " many]");
            assertThatThrownBy(() -> kernel.call(manager, "scaled", x, 1))
                .hasMessageContaining("Expected a value of type 'float' for argument 'by'");
            assertThatThrownBy(() -> kernel.call(manager, "scaled"))
                .hasMessageContaining("missing value for argument 'x'");
            assertThatThrownBy(() -> kernel.call(manager, "scaled", "text"))
                .hasMessageContaining("not java.lang.String");
            assertThatThrownBy(
                    () -> kernel.callForOne(manager, "many", x, x, new NDList(), new long[0]))
                .hasMessage("linear.py:33: expected one tensor, found 2");
          }
        });
  }

  @Test
  void pointsAtTheLineThatDoesNotCompile() throws Exception {
    String head =
        """
        # a comment
        class K(Module):
            \"""Two
            lines.\"""
            def other(self, x: Tensor) -> Tensor:
                return x

            def forward(self, x: Tensor) -> Tensor:
        """;
    assertCompileError(head + "        return x + + * 2\n", 9, "expected ident but found '+'");
    assertCompileError(head + "        return x\n          y = 2\n", 10, "found 'indent'");
    assertCompileError(head + "        return y\n", 9, "undefined value y (column 16, `return y`)");
    assertCompileError(
        head + "        z = x\n        return self.w\n",
        10,
        "'K' object has no attribute or method 'w' (column 16, `return self.w`)");
    assertCompileError(
        head + "        return self.other(3)\n",
        9,
        "Expected a value of type 'Tensor' for argument 'x' but instead found type 'int'");
    assertCompileError(
        head + "        return torch.frobnicate(x)\n", 9, "Unknown builtin op: aten::frobnicate");
    assertCompileError(head + "        return torch.softmax(x)\n", 9, "Argument dim not provided");
  }

  @Test
  void refusesWhatIsNotAKernel() throws Exception {
    assertCompileError("x = 1\n", 1, "expected `class Name(Module):`, found `x = 1`");
    assertCompileError("# nothing\n", 0, "found no class");
    assertCompileError("class K(Module):\n  # empty\n", 0, "the class K is empty");
    assertCompileError(
        "class K(Module):\n  n: int\nclass L(Module):\n  n: int\n", 3, "a kernel is one class");
    assertCompileError("class K(Module):\n  n: int = 3\n", 2, "expected an attribute");
    assertCompileError("class K(Module):\n  n: str\n", 2, "not str");
  }

  private void assertCompileError(String text, int line, String message) throws Exception {
    run(
        () ->
            assertThatThrownBy(() -> engine().kernel(source(text), Map.of(), FixedWeights.none()))
                .hasMessageStartingWith("linear.py:" + (line > 0 ? line + ": " : " "))
                .hasMessageContaining(message)
                .hasFieldOrPropertyWithValue("line", line));
  }

  @Test
  void saysWhichConstantOrWeightDoesNotFit() throws Exception {
    KernelSource source =
        source(
            """
            class K(Module):
              n: int
              w: Tensor
              ws: List[Tensor]
              def f(self) -> Tensor:
                return self.w
            """);
    run(
        () -> {
          try (Scope scope = engine().scope("test")) {
            NDArray a = scope.manager().ones(new Shape(1));
            Weights good = FixedWeights.of("w", a, "ws.0", a);
            assertThatThrownBy(() -> engine().kernel(source, Map.of(), good))
                .hasMessage("linear.py:2: no constant for the attribute n: int");
            assertThatThrownBy(() -> engine().kernel(source, Map.of("n", 1.5), good))
                .hasMessage("linear.py:2: constant n: expected int, found 1.5 (Double)");
            assertThatThrownBy(() -> engine().kernel(source, Map.of("n", 1, "m", 2), good))
                .hasMessage("linear.py: the constant m has no attribute");
            Map<String, Integer> n = Map.of("n", 1);
            assertThatThrownBy(() -> engine().kernel(source, n, FixedWeights.of("ws.0", a)))
                .hasMessage("linear.py:3: no weight w for the attribute w: Tensor");
            assertThatThrownBy(() -> engine().kernel(source, n, FixedWeights.of("w", a)))
                .hasMessage("linear.py:4: no weight ws.0 for the attribute ws: List[Tensor]");
            Weights extra = FixedWeights.of("w", a, "ws.0", a, "ws.2", a, "v", a);
            assertThatThrownBy(() -> engine().kernel(source, n, extra))
                .hasMessage("linear.py: no attribute for the weights [ws.2, v]");
          }
        });
  }

  @Test
  void bindsAListThatMayBeAbsent() throws Exception {
    KernelSource source =
        source(
            """
            class K(Module):
              ws: Optional[List[Tensor]]
              def f(self, x: Tensor) -> Tensor:
                ws = self.ws
                if ws is not None:
                  for w in ws:
                    x = x + w
                return x * 1
            """);
    run(
        () -> {
          try (Scope scope = engine().scope("test")) {
            NDArray x = scope.manager().create(1f);
            NDArray one = scope.manager().create(1f);
            NDArray two = scope.manager().create(2f);
            try (Kernel absent = engine().kernel(source, Map.of(), FixedWeights.none());
                Kernel present =
                    engine().kernel(source, Map.of(), FixedWeights.of("ws.0", one, "ws.1", two))) {
              assertThat(absent.callForOne(scope.manager(), "f", x).getFloat()).isEqualTo(1f);
              assertThat(present.callForOne(scope.manager(), "f", x).getFloat()).isEqualTo(4f);
            }
          }
        });
  }

  @Test
  void keepsWhatItComputesForItself() throws Exception {
    KernelSource source =
        source(
            """
            class K(Module):
              ws: List[Tensor]
              packed: Optional[List[Tensor]]
              def pack(self):
                self.packed = [ops.mkldnn._reorder_linear_weight(w, None) for w in self.ws]
              def f(self, x: Tensor) -> Tensor:
                p = self.packed
                if p is None:
                  return torch.linear(x, self.ws[0])
                none: List[Optional[number]] = []
                return ops.mkldnn._linear_pointwise(x, p[0], None, "none", none, "")
            """);
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Weights weights =
                  engine()
                      .initialise(
                          List.of(Parameter.decayed("ws.0", Initializer.he(32), 32, 32)), 1);
              Kernel kernel = engine().kernel(source, Map.of(), weights)) {
            NDArray x = scope.manager().ones(new Shape(2, 32));
            NDArray plain = kernel.callForOne(scope.manager(), "f", x);
            kernel.call(scope.manager(), "pack");
            NDArray packed = kernel.callForOne(scope.manager(), "f", x);
            assertThat(packed.allClose(plain)).isTrue();
          }
        });
  }

  @Test
  void knowsElementTypesByName() throws Exception {
    KernelSource source =
        source(
            """
            class K(Module):
              n: int
              def f(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
                assert self.n > 0, "torch.float32 stays in strings"
                return x.to(torch.int64), x.to(dtype=torch.bool), torch.zeros([1], dtype=torch.half)
            """);
    run(
        () -> {
          try (Scope scope = engine().scope("test");
              Kernel kernel = engine().kernel(source, Map.of("n", 1L << 40), FixedWeights.none())) {
            NDList got = kernel.call(scope.manager(), "f", scope.manager().ones(new Shape(1)));
            assertThat(got.stream().map(NDArray::getDataType))
                .containsExactly(DataType.INT64, DataType.BOOLEAN, DataType.FLOAT16);
          }
        });
  }
}
