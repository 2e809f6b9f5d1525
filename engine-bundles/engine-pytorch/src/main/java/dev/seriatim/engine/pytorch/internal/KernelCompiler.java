package dev.seriatim.engine.pytorch.internal;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.seriatim.api.engine.KernelException;
import dev.seriatim.api.engine.KernelSource;
import dev.seriatim.api.weights.Weights;
import dev.seriatim.engine.pytorch.internal.KernelProgram.Program;
import dev.seriatim.engine.pytorch.internal.KernelText.Attribute;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** From the text of a kernel to a module whose attributes have their values. */
final class KernelCompiler {
  private final EngineThread thread;
  private final Recording recording;
  private final PtNDManager manager;

  /**
   * @param manager owns the modules
   */
  KernelCompiler(EngineThread thread, Recording recording, PtNDManager manager) {
    this.thread = thread;
    this.recording = recording;
    this.manager = manager;
  }

  BoundKernel compile(KernelSource source, Map<String, ?> constants, Weights weights) {
    KernelText text = KernelText.parse(source);
    Map<String, Object> values = constants(text, constants);
    Map<String, NDList> tensors = tensors(text, weights);
    Program program = KernelProgram.of(text);
    program.optional().forEach(name -> values.put(name, null));
    PtSymbolBlock module = load(text, program, values);
    tensors.forEach((name, arrays) -> set(module, text.attributes().get(name), arrays));
    Runnable release = () -> {};
    if (weights instanceof HeldWeights held) {
      held.hold();
      release = held::release;
    }
    return new BoundKernel(thread, recording, text, module, release);
  }

  private PtSymbolBlock load(KernelText text, Program program, Map<String, Object> values) {
    byte[] archive = TorchScriptArchive.of(program.code(), program.className(), values);
    try {
      return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
    } catch (EngineException e) {
      throw new KernelErrors(text).translate(e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read from memory", e);
    }
  }

  /** Values that go into the archive: constants, and placeholders for tensors. */
  private static Map<String, Object> constants(KernelText text, Map<String, ?> constants) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Attribute attribute : text.attributes().values()) {
      AttributeType type = AttributeType.of(attribute.type());
      Object value =
          switch (type) {
            case TENSOR -> PickleWriter.EMPTY_TENSOR;
            case TENSOR_LIST -> PickleWriter.EMPTY_LIST;
            case OPTIONAL_TENSOR, OPTIONAL_TENSOR_LIST, STATE -> null;
            case UNKNOWN ->
                throw error(
                    text,
                    attribute,
                    "an attribute is Tensor, List[Tensor], int, float, bool, List[int] or"
                        + " Optional[…], not "
                        + attribute.type());
            default -> constant(text, attribute, type, constants);
          };
      values.put(attribute.name(), value);
    }
    for (String name : constants.keySet()) {
      Attribute attribute = text.attributes().get(name);
      if (attribute == null || !AttributeType.of(attribute.type()).isConstant()) {
        throw error(text, attribute, "the constant " + name + " has no attribute");
      }
    }
    return values;
  }

  private static Object constant(
      KernelText text, Attribute attribute, AttributeType type, Map<String, ?> constants) {
    if (!constants.containsKey(attribute.name())) {
      throw error(
          text,
          attribute,
          "no constant for the attribute " + attribute.name() + ": " + attribute.type());
    }
    try {
      return type.constant(constants.get(attribute.name()));
    } catch (IllegalArgumentException e) {
      throw error(text, attribute, "constant " + attribute.name() + ": " + e.getMessage());
    }
  }

  /** The weights of each attribute; all must be there, and none may be left over. */
  private static Map<String, NDList> tensors(KernelText text, Weights weights) {
    Set<String> left = new LinkedHashSet<>(weights.names());
    Map<String, NDList> tensors = new LinkedHashMap<>();
    for (Attribute attribute : text.attributes().values()) {
      AttributeType type = AttributeType.of(attribute.type());
      if (!type.isTensor()) {
        continue;
      }
      NDList arrays = new NDList();
      if (type.isTensorList()) {
        for (int i = 0; left.remove(attribute.name() + "." + i); i++) {
          arrays.add(weight(weights, attribute, attribute.name() + "." + i));
        }
      } else if (left.remove(attribute.name())) {
        arrays.add(weight(weights, attribute, attribute.name()));
      }
      if (arrays.isEmpty() && !type.isOptional()) {
        throw error(
            text,
            attribute,
            "no weight "
                + attribute.name()
                + (type.isTensorList() ? ".0" : "")
                + " for the attribute "
                + attribute.name()
                + ": "
                + attribute.type());
      }
      if (!arrays.isEmpty()) {
        tensors.put(attribute.name(), arrays);
      }
    }
    if (!left.isEmpty()) {
      throw error(text, null, "no attribute for the weights " + left);
    }
    return tensors;
  }

  private static NDArray weight(Weights weights, Attribute attribute, String name) {
    return attribute.matrix() && weights instanceof HeldWeights held
        ? held.forLinear(name)
        : weights.get(name);
  }

  private static void set(PtSymbolBlock module, Attribute attribute, NDList arrays) {
    boolean isList = AttributeType.of(attribute.type()).isTensorList();
    try (IValue value = isList ? EngineValues.listOf(arrays) : EngineValues.of(arrays.get(0))) {
      IValueUtils.runMethod(module, KernelProgram.setter(attribute.name()), value).close();
    }
  }

  private static KernelException error(KernelText text, Attribute attribute, String message) {
    return text.error(attribute == null ? 0 : attribute.line(), message, null);
  }
}
