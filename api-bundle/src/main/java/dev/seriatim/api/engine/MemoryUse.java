package dev.seriatim.api.engine;

/**
 * Native memory in use.
 *
 * @param arrays number of live arrays
 * @param bytes their size
 */
public record MemoryUse(long arrays, long bytes) {
  /** The sum of both. */
  public MemoryUse plus(MemoryUse other) {
    return new MemoryUse(arrays + other.arrays, bytes + other.bytes);
  }
}
