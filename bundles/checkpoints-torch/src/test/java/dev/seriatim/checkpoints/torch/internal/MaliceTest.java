package dev.seriatim.checkpoints.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickles that would run something, or would take all memory, are refused and say by what. */
class MaliceTest {
  private static Arguments pickle(String name, String expected, Consumer<Pickle> content) {
    Pickle pickle = new Pickle();
    content.accept(pickle);
    return Arguments.of(name, expected, pickle);
  }

  private static Arguments tensor(
      String name, String expected, long elements, long offset, long[] shape, long[] strides) {
    return pickle(
        name,
        expected,
        p -> p.ops("}").text("w").tensor(elements, offset, shape, strides).ops("s"));
  }

  static Stream<Arguments> code() {
    return Stream.of(
        pickle(
            "os.system",
            "'os.system'",
            p -> p.call("os", "system", () -> p.text("touch /tmp/executed"))),
        pickle(
            "posix.system", "'posix.system'", p -> p.call("posix", "system", () -> p.text("true"))),
        pickle(
            "eval", "'builtins.eval'", p -> p.call("__builtin__", "eval", () -> p.text("1 / 0"))),
        pickle("exec", "'builtins.exec'", p -> p.call("builtins", "exec", () -> p.text("x = 1"))),
        pickle(
            "a class that is called",
            "a call of subprocess.Popen",
            p -> p.call("subprocess", "Popen", () -> p.text("true"))),
        pickle(
            "a class that is created with arguments",
            "a call of subprocess.Popen",
            p -> p.global("subprocess", "Popen").text("true").raw(0x85, 0x81)),
        pickle(
            "a class that is created with keywords",
            "a call of subprocess.Popen",
            p ->
                p.global("subprocess", "Popen")
                    .ops(")}")
                    .text("args")
                    .text("true")
                    .ops("s")
                    .raw(0x92)),
        pickle(
            "a class as a value",
            "'a': expected only tensors and plain data, found the name evil.Class",
            p -> p.ops("}").text("a").global("evil", "Class").ops("s")),
        pickle(
            "an object that never got fields",
            "without, of evil.Class",
            p -> p.ops("}").text("a").global("evil", "Class").ops(")").raw(0x81).ops("s")),
        pickle(
            "an object with other state",
            "an object of evil.Class with a tuple",
            p -> p.global("evil", "Class").ops(")").raw(0x81).text("x").raw(0x85).ops("b")),
        pickle(
            "a chain of calls",
            "'builtins.getattr'",
            p ->
                p.call(
                    "builtins",
                    "getattr",
                    () -> p.call("importlib", "import_module", () -> p.text("os")).text("system"))),
        pickle(
            "a call of what was called",
            "the name of a function, found a dict",
            p -> p.call("collections", "OrderedDict", () -> {}).ops(")R")),
        pickle(
            "a call in the arguments of a tensor",
            "'os.getcwd'",
            p ->
                p.ops("}")
                    .text("w")
                    .tensor(() -> p.call("os", "getcwd", () -> {}), 0, new long[0], new long[0])),
        pickle("a name from the stack", "'os.system'", p -> p.text("os").text("system").raw(0x93)),
        pickle(
            "a pickle in a storage",
            "'torch.storage._load_from_bytes'",
            p -> p.call("torch.storage", "_load_from_bytes", () -> p.text("PK"))),
        pickle(
            "a quantised tensor",
            "'torch._utils._rebuild_qtensor'",
            p -> p.call("torch._utils", "_rebuild_qtensor", () -> {})),
        pickle(
            "a tensor of a class of its own",
            "a evil.Tensor",
            p ->
                p.call(
                    "torch._tensor",
                    "_rebuild_from_type_v2",
                    () ->
                        p.global("torch._utils", "_rebuild_tensor_v2")
                            .global("evil", "Tensor")
                            .ops(")}"))),
        pickle("a module", "0x69", p -> p.ops("(ios\nsystem\n")),
        pickle("an object of old", "0x6f", p -> p.ops("(").global("os", "System").ops("o")),
        pickle("an extension", "0x82", p -> p.raw(0x82, 1)),
        pickle("a named persistent id", "0x50", p -> p.ops("Pfile\n")),
        pickle("a buffer of another process", "0x97", p -> p.raw(0x97)));
  }

  static Stream<Arguments> sizes() {
    long huge = 1L << 40;
    return Stream.of(
        tensor(
            "a storage of more than its entry",
            "expected 4398046511104 bytes",
            huge,
            0,
            new long[] {huge},
            new long[] {1}),
        tensor(
            "a storage of less than its entry",
            "expected 4 bytes",
            1,
            0,
            new long[] {1},
            new long[] {1}),
        tensor("a storage of negative size", "-2 elements", -2, 0, new long[] {1}, new long[] {1}),
        tensor(
            "a storage beyond 2^63",
            "elements",
            Long.MAX_VALUE / 2,
            0,
            new long[] {1},
            new long[] {1}),
        tensor(
            "a tensor beyond its storage",
            "elements below 2, where it ends, found element 2",
            2,
            0,
            new long[] {3},
            new long[] {1}),
        tensor(
            "an offset beyond its storage", "found element 2", 2, 2, new long[] {}, new long[] {}),
        tensor(
            "strides beyond its storage",
            "found element 3",
            2,
            0,
            new long[] {2, 2},
            new long[] {2, 1}),
        tensor(
            "a negative offset",
            "an offset of at least 0, found -1",
            2,
            -1,
            new long[] {2},
            new long[] {1}),
        tensor(
            "a negative axis",
            "axes and strides of at least 0",
            2,
            0,
            new long[] {-1},
            new long[] {1}),
        tensor(
            "a negative stride",
            "axes and strides of at least 0",
            2,
            1,
            new long[] {2},
            new long[] {-1}),
        tensor(
            "an extent beyond 2^63",
            "less than 2^63 bytes",
            2,
            0,
            new long[] {3},
            new long[] {Long.MAX_VALUE}),
        tensor(
            "a size beyond 2^63",
            "less than 2^63 bytes",
            2,
            0,
            new long[] {huge, huge},
            new long[] {0, 0}),
        tensor(
            "a repeated element",
            "a tensor that repeats elements",
            2,
            0,
            new long[] {huge},
            new long[] {0}),
        tensor(
            "fewer strides than axes",
            "2 strides, as axes, found 1",
            2,
            0,
            new long[] {1, 2},
            new long[] {1}),
        tensor("endless axes", "at most 64 integers", 2, 0, new long[65], new long[65]),
        pickle(
            "a negative tensor",
            "whose elements are as stored",
            p ->
                p.ops("}")
                    .text("w")
                    .call(
                        "torch._utils",
                        "_rebuild_tensor_v2",
                        () -> {
                          p.storage("FloatStorage", "0", 2)
                              .integer(0)
                              .integers(2)
                              .integers(1)
                              .raw(0x89);
                          p.ops("}}").text("neg").raw(0x88).ops("s");
                        })
                    .ops("s")),
        pickle(
            "complex numbers",
            "torch.ComplexFloatStorage",
            p -> p.storage("ComplexFloatStorage", "0", 1)),
        pickle(
            "a storage of another module",
            "evil.FloatStorage",
            p ->
                p.ops("(")
                    .text("storage")
                    .global("evil", "FloatStorage")
                    .text("0")
                    .text("cpu")
                    .integer(1)
                    .ops("tQ")),
        pickle(
            "one storage of two types",
            "2 elements of F32, as before",
            p -> p.ops("(").storage("FloatStorage", "0", 2).storage("IntStorage", "0", 2).ops("t")),
        pickle(
            "a storage that is absent",
            "no entry of the archive",
            p ->
                p.ops("}")
                    .text("w")
                    .tensor(
                        () -> p.storage("FloatStorage", "../0", 2),
                        0,
                        new long[] {2},
                        new long[] {1})
                    .ops("s")),
        pickle(
            "a text longer than the file",
            "4294967295 bytes at 7",
            p -> p.ops("X").raw(255, 255, 255, 255)),
        pickle(
            "bytes longer than any",
            "18446744073709551615 bytes",
            p -> p.raw(0x8e, 255, 255, 255, 255, 255, 255, 255, 255)),
        pickle(
            "an integer longer than any", "2147483647 bytes", p -> p.raw(0x8b, 255, 255, 255, 127)),
        pickle("a negative length", "bytes at", p -> p.raw(0x8b, 255, 255, 255, 255)));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        pickle(
            "deep nesting",
            "nesting of at most 64",
            p -> {
              p.ops("]".repeat(100_000) + "a".repeat(99_999));
            }),
        pickle(
            "a list in itself",
            "nesting of at most 64, found deeper nesting, or a circle",
            p -> p.ops("]").raw('q', 0).ops("h").raw(0).ops("a")),
        pickle(
            "lists that double",
            "at most 1000000 values",
            p -> {
              p.ops("(]").raw('q', 0);
              for (int i = 1; i < 60; i++) {
                p.ops("](h").raw(i - 1).ops("h").raw(i - 1).ops("e").raw('q', i);
              }
              p.ops("t");
            }),
        pickle(
            "dicts that double",
            "at most 1000000 values",
            p -> {
              p.ops("(}").text("a").ops("Ns").raw('q', 0);
              for (int i = 1; i < 60; i++) {
                p.ops("}(").text("l").ops("h").raw(i - 1).text("r").ops("h").raw(i - 1);
                p.ops("u").raw('q', i);
              }
              p.ops("t");
            }),
        pickle(
            "a long text many times",
            "at most 33554432 letters",
            p -> {
              p.ops("](").text("a".repeat(100_000)).raw('q', 0);
              for (int i = 0; i < 1000; i++) {
                p.ops("h").raw(0);
              }
              p.ops("e");
            }),
        pickle(
            "a dict copied many times",
            "values and letters copied",
            p -> {
              p.ops("]").raw('0').ops("}").raw('q', 0).ops("(");
              for (int i = 0; i < 20_000; i++) {
                p.text("k" + i).ops("N");
              }
              p.ops("u0(");
              for (int i = 0; i < 2000; i++) {
                p.global("collections", "Counter").ops("h").raw(0, 0x85, 'R');
              }
              p.ops("t");
            }),
        pickle(
            "an endless name",
            "at most 1024 characters",
            p -> p.ops("}").text("n".repeat(2000)).ops("Ns")),
        pickle(
            "a name with control characters",
            "no control characters",
            p -> p.ops("}").text("a\nb").ops("Ns")),
        pickle("an empty name", "at least one character", p -> p.ops("}").text("").ops("Ns")),
        pickle(
            "two leaves of one name",
            "name 'a.b': expected each once",
            p -> p.ops("}(").text("a.b").ops("N").text("a").ops("}").text("b").ops("Nsu")),
        pickle(
            "a key twice",
            "each key once, found '1' again",
            p -> p.ops("}(").text("1").ops("N").integer(1).ops("Nu")),
        pickle("a list as a key", "texts and integers as keys", p -> p.ops("}]Ns")),
        pickle("a stack that is empty", "1 values on its stack", p -> p.ops("0")),
        pickle("a pop below the mark", "2 values on its stack", p -> p.ops("}N(N").raw(0x86)),
        pickle("a mark that is absent", "a mark on its stack, found none", p -> p.ops("}Nt")),
        pickle("a memory that is absent", "a value remembered as 9", p -> p.ops("h").raw(9)),
        pickle("values that are left over", "one value, found 1 more", p -> p.ops("}}")),
        pickle("a key without value", "a value for each key", p -> p.ops("}(Nu")),
        pickle("an append to a tuple", "a list to add to, found a tuple", p -> p.ops(")Na")),
        pickle("a number alone", "a dict of tensors, found 1", p -> p.integer(1)),
        pickle("an unknown instruction", "0xff", p -> p.raw(0xff)),
        Arguments.of("an old protocol", "a pickle of protocol 2 to 5", new Pickle(1).ops("N")),
        Arguments.of("a new protocol", "a pickle of protocol 2 to 5", new Pickle(6).ops("N")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"code", "sizes", "shapes"})
  void isRefusedByName(String name, String expected, Pickle pickle) {
    assertThat(Fixture.refusal(Archive.of(pickle).with("archive/data/0", new byte[8]).bytes()))
        .contains("checkpoint")
        .contains(expected);
  }
}
