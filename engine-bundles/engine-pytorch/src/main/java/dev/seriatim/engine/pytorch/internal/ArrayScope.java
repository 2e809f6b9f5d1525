package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.engine.MemoryUse;
import dev.seriatim.api.engine.Scope;

/** A scope over a manager of DJL's: DJL keeps track of the arrays, and closes them. */
final class ArrayScope implements Scope {
  private final EngineThread thread;
  private final String name;
  private final NDManager manager;
  private final Runnable onClose;

  /**
   * @param onClose runs once, before the arrays are freed
   */
  ArrayScope(EngineThread thread, String name, NDManager manager, Runnable onClose) {
    this.thread = thread;
    this.name = name;
    this.manager = manager;
    this.onClose = onClose;
    manager.setName(name);
  }

  String name() {
    return name;
  }

  @Override
  public NDManager manager() {
    thread.check();
    return manager;
  }

  @Override
  public Scope child(String name) {
    thread.check();
    return new ArrayScope(thread, this.name + "/" + name, manager.newSubManager(), () -> {});
  }

  @Override
  public MemoryUse use() {
    thread.check();
    return useOf(manager);
  }

  /** Arrays and bytes that a manager and those below it hold. */
  static MemoryUse useOf(NDManager manager) {
    MemoryUse use = new MemoryUse(0, 0);
    for (NDArray array : manager.getManagedArrays()) {
      use = use.plus(new MemoryUse(1, array.size() * bytesPerElement(array.getDataType())));
    }
    return use;
  }

  private static int bytesPerElement(DataType type) {
    // DJL knows no bfloat16; the engine makes no other arrays that DJL does not know.
    return type == DataType.UNKNOWN ? Short.BYTES : type.getNumOfBytes();
  }

  @Override
  public void close() {
    thread.check();
    if (manager.isOpen()) {
      onClose.run();
      manager.close();
    }
  }
}
