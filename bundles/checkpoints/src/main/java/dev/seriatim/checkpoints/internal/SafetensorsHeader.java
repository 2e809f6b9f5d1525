package dev.seriatim.checkpoints.internal;

import dev.seriatim.api.weights.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * What a file says about itself.
 *
 * @param metadata free text
 * @param entries in the order of the data, which they cover without gap or overlap
 */
record SafetensorsHeader(Map<String, String> metadata, List<Entry> entries) {
  /** The format's bound on the length of the JSON, in bytes. */
  static final int MAX_LENGTH = 100_000_000;

  /** Bytes before the JSON: its length. */
  static final int PREFIX = Long.BYTES;

  /** Data begin at a multiple of this, by padding the JSON with spaces. */
  static final int ALIGNMENT = 8;

  static final String METADATA = "__metadata__";
  static final String DTYPE = "dtype";
  static final String SHAPE = "shape";
  static final String OFFSETS = "data_offsets";

  /**
   * A tensor and where it lies.
   *
   * @param begin offset of its first byte in the data
   * @param end offset after its last byte
   */
  record Entry(TensorInfo info, long begin, long end) {
    long length() {
      return end - begin;
    }
  }
}
