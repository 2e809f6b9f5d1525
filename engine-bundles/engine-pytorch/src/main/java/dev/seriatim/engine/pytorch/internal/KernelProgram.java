package dev.seriatim.engine.pytorch.internal;

import dev.seriatim.engine.pytorch.internal.KernelText.Attribute;
import dev.seriatim.engine.pytorch.internal.KernelText.Method;
import dev.seriatim.engine.pytorch.internal.KernelText.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * The TorchScript of a kernel: its own text, line by line, followed by what the engine adds to the
 * class.
 *
 * <p>To bind an attribute there is a setter. To run a method under autograd there are three more:
 * DJL calls methods with any arguments in inference mode only, and outside of it only with tensors.
 * So {@code stage} keeps the arguments (inference mode, no arithmetic), {@code run} calls the
 * method (recorded), and {@code take} gives the result away.
 */
final class KernelProgram {
  /** A method that returns {@code None}, which DJL cannot make. */
  static final String NONE = "seriatim_none";

  private static final String PREFIX = "seriatim_";

  private final KernelText text;
  private final StringBuilder code;
  private final List<String> optional = new ArrayList<>();

  private KernelProgram(KernelText text) {
    this.text = text;
    this.code = new StringBuilder(text.code());
  }

  /**
   * The program of a kernel.
   *
   * @param code TorchScript
   * @param className the class in it
   * @param optional attributes that the engine added; all start as {@code None}
   */
  record Program(String code, String className, List<String> optional) {}

  static Program of(KernelText text) {
    KernelProgram program = new KernelProgram(text);
    program.generate();
    return new Program(program.code.toString(), text.className(), List.copyOf(program.optional));
  }

  static String setter(String attribute) {
    return PREFIX + "set_" + attribute;
  }

  static String stage(String method) {
    return PREFIX + "stage_" + method;
  }

  static String run(String method) {
    return PREFIX + "run_" + method;
  }

  static String take(String method) {
    return PREFIX + "take_" + method;
  }

  /** Whether a method can run under autograd: its result type must be known. */
  static boolean isRecordable(Method method) {
    return method.result().isPresent();
  }

  private void generate() {
    for (Attribute attribute : text.attributes().values()) {
      if (AttributeType.of(attribute.type()).isTensor()) {
        define(setter(attribute.name()), "value: " + attribute.type(), "None");
        statement("self.%s = value", attribute.name());
      }
    }
    if (text.hasMatrices()) {
      addLinear();
    }
    define(NONE, "", "None");
    statement("return None");
    line(1, "def %snormal(self, x: Tensor) -> Tensor:", PREFIX);
    // Autograd cannot keep what inference mode has made.
    statement("return x.clone() if torch.is_inference(x) else x");
    for (Method method : text.methods().values()) {
      if (isRecordable(method)) {
        addRecording(method);
      }
    }
  }

  /** {@code torch.linear}, also by packed matrices. */
  private void addLinear() {
    String parameters = "input: Tensor, weight: Tensor, bias: Optional[Tensor]=None";
    define(KernelText.LINEAR_METHOD, parameters, "Tensor");
    statement("if weight.is_mkldnn:");
    statement(
        text.indent()
            + "return ops.mkldnn._linear_pointwise(input, weight, bias, \"none\","
            + " annotate(List[Optional[number]], []), \"\")");
    statement("return torch.linear(input, weight, bias)");
  }

  private void addRecording(Method method) {
    String arguments = "self." + PREFIX + "arguments_" + method.name();
    String result = "self." + PREFIX + "result_" + method.name();
    boolean isVoid = method.result().orElseThrow().equals("None");

    addStage(method, arguments, result, isVoid);

    define(run(method.name()), "", "List[Tensor]");
    String call = "self." + method.name() + "(" + passed(method, arguments) + ")";
    if (isVoid) {
      statement("%s", call);
    } else {
      statement("%s = (%s,)", result, call);
    }
    statement("return []");

    define(take(method.name()), "", method.result().orElseThrow());
    if (!isVoid) {
      statement("r = %s", result);
      statement("%s = None", result);
      statement("assert r is not None");
      statement("return r[0]");
    } else {
      statement("return None");
    }
  }

  private void addStage(Method method, String arguments, String result, boolean isVoid) {
    if (!isVoid) {
      attribute(PREFIX + "result_" + method.name(), method.result().orElseThrow());
    }
    List<Variable> parameters = method.parameters();
    StringBuilder declared = new StringBuilder();
    StringBuilder types = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < parameters.size(); i++) {
      String type = parameters.get(i).type();
      declared.append(i == 0 ? "" : ", ").append('a').append(i).append(": ").append(type);
      types.append(i == 0 ? "" : ", ").append(type);
      values.append('a').append(i).append(", ");
    }
    if (!parameters.isEmpty()) {
      attribute(PREFIX + "arguments_" + method.name(), types.toString());
    }
    define(stage(method.name()), declared.toString(), "None");
    if (!parameters.isEmpty()) {
      statement("%s = (%s)", arguments, values);
    } else {
      statement("pass");
    }
  }

  /** Unpacks the staged arguments and forgets them, so that no graph keeps them alive. */
  private String passed(Method method, String arguments) {
    List<String> names = new ArrayList<>();
    if (!method.parameters().isEmpty()) {
      statement("a = %s", arguments);
      statement("%s = None", arguments);
      statement("assert a is not None");
    }
    for (int i = 0; i < method.parameters().size(); i++) {
      String name = "a" + i;
      statement("%s = a[%d]", name, i);
      switch (method.parameters().get(i).type()) {
        case "Tensor" -> statement("%s = self.%snormal(%s)", name, PREFIX, name);
        case "List[Tensor]" -> statement("%s = [self.%snormal(x) for x in %s]", name, PREFIX, name);
        case "Optional[Tensor]" -> {
          statement("if %s is not None:", name);
          statement(text.indent() + "%s = self.%snormal(%s)", name, PREFIX, name);
        }
        default -> {}
      }
      names.add(name);
    }
    return String.join(", ", names);
  }

  private void attribute(String name, String element) {
    line(1, "%s: Optional[Tuple[%s]]", name, element);
    optional.add(name);
  }

  private void define(String name, String parameters, String result) {
    line(1, "def %s(self%s) -> %s:", name, parameters.isEmpty() ? "" : ", " + parameters, result);
  }

  private void statement(String format, Object... arguments) {
    line(2, format, arguments);
  }

  private void line(int level, String format, Object... arguments) {
    code.append(text.indent().repeat(level)).append(String.format(format, arguments)).append('\n');
  }
}
