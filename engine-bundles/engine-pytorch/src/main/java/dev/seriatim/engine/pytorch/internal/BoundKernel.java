package dev.seriatim.engine.pytorch.internal;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import dev.seriatim.api.engine.Kernel;
import dev.seriatim.api.engine.KernelException;
import dev.seriatim.engine.pytorch.internal.KernelText.Method;

/** A compiled kernel. It holds its weights until it is closed. */
final class BoundKernel implements Kernel {
  /** DJL calls the method that an argument of such a name names. */
  private static final String METHOD_ARGUMENT = "module_method:";

  private final EngineThread thread;
  private final Recording recording;
  private final KernelText text;
  private final KernelErrors errors;
  private final PtSymbolBlock module;
  private final Runnable onClose;
  private boolean closed;

  BoundKernel(
      EngineThread thread,
      Recording recording,
      KernelText text,
      PtSymbolBlock module,
      Runnable onClose) {
    this.thread = thread;
    this.recording = recording;
    this.text = text;
    this.errors = new KernelErrors(text);
    this.module = module;
    this.onClose = onClose;
  }

  @Override
  public NDArray callForOne(NDManager scope, String method, Object... arguments) {
    NDList results = call(scope, method, arguments);
    int found = results.size();
    if (found != 1) {
      results.close();
      throw error(text.methods().get(method), "expected one tensor, found " + found);
    }
    return results.get(0);
  }

  @Override
  public NDList call(NDManager scope, String method, Object... arguments) {
    return call(recording.isOn(), scope, method, arguments);
  }

  /** A call whose results are plain arrays, which autograd and Java may use and change. */
  NDList callOutsideInference(NDManager scope, String method, Object... arguments) {
    return call(true, scope, method, arguments);
  }

  private NDList call(boolean record, NDManager scope, String method, Object... arguments) {
    thread.check();
    if (closed) {
      throw new IllegalStateException("The kernel " + text.source().name() + " is closed");
    }
    Method declared = text.methods().get(method);
    if (declared == null) {
      throw error(null, "no method " + method + "; its methods are " + text.methods().keySet());
    }
    PtNDManager owner = EngineValues.torch(scope);
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] =
            arguments[i] == null ? run(KernelProgram.NONE) : EngineValues.argument(arguments[i]);
      }
      try (IValue result = record ? record(declared, values) : run(method, values)) {
        return EngineValues.result(result, owner);
      }
    } catch (EngineException e) {
      throw errors.translate(e);
    } catch (IllegalArgumentException e) {
      throw text.error(declared.line(), method + ": " + e.getMessage(), e);
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /** Runs a method in inference mode: nothing is recorded. */
  private IValue run(String method, IValue... values) {
    return IValueUtils.runMethod(module, method, values);
  }

  /** Runs a method so that autograd sees it, see {@link KernelProgram}. */
  private IValue record(Method method, IValue... values) {
    if (!KernelProgram.isRecordable(method)) {
      throw error(method, method.name() + " needs a result type (`-> …`) to be differentiated");
    }
    run(KernelProgram.stage(method.name()), values).close();
    NDArray named = recording.marker();
    named.setName(METHOD_ARGUMENT + KernelProgram.run(method.name()));
    IValueUtils.forward(module, new NDList(named), true);
    return run(KernelProgram.take(method.name()));
  }

  private KernelException error(Method method, String message) {
    return text.error(method == null ? 0 : method.line(), message, null);
  }

  @Override
  public void close() {
    thread.check();
    if (!closed) {
      closed = true;
      module.close();
      onClose.run();
    }
  }
}
