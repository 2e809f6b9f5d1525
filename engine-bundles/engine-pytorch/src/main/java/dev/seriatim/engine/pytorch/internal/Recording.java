package dev.seriatim.engine.pytorch.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Whether autograd records; one per engine thread. */
final class Recording {
  private final NDArray marker;
  private boolean on;

  /**
   * @param marker an array of no meaning that names methods to DJL
   */
  Recording(NDArray marker) {
    this.marker = marker;
  }

  boolean isOn() {
    return on;
  }

  NDArray marker() {
    return marker;
  }

  /** Runs a task with recording on. */
  <T> T record(Supplier<T> task) {
    if (on) {
      throw new IllegalStateException("differentiate does not nest");
    }
    on = true;
    JniUtils.setGradMode(true);
    try {
      return task.get();
    } finally {
      JniUtils.setGradMode(false);
      on = false;
    }
  }
}
