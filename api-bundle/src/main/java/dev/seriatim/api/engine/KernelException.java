package dev.seriatim.api.engine;

import dev.seriatim.api.SeriatimException;

/** A kernel that does not compile, does not bind, or raised. */
public class KernelException extends SeriatimException {
  private static final long serialVersionUID = 1L;

  private final String source;
  private final int line;

  /**
   * @param source name of the kernel source
   * @param line in the source, from 1; 0 when unknown
   * @param message what is wrong, without the position
   * @param cause the engine's own error, or null
   */
  public KernelException(String source, int line, String message, Throwable cause) {
    super(line > 0 ? source + ":" + line + ": " + message : source + ": " + message, cause);
    this.source = source;
    this.line = line;
  }

  /** Name of the kernel source. */
  public String source() {
    return source;
  }

  /** Line in the source, from 1; 0 when unknown. */
  public int line() {
    return line;
  }
}
