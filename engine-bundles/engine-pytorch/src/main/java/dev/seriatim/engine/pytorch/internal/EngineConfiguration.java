package dev.seriatim.engine.pytorch.internal;

/** The component's configuration, PID {@code dev.seriatim.engine}. */
public @interface EngineConfiguration {
  /** {@code cpu}, {@code gpu0}, … */
  String device() default "cpu";

  /** {@code fp32}, {@code fp16} or {@code bf16}. */
  String precision() default "fp32";

  /** Threads for operations on the CPU, or 0 for libtorch's own choice. */
  int threads() default 0;

  /** Whether matrices are laid out for the processor, which makes multiplication faster. */
  boolean packing() default true;
}
