package dev.seriatim.api.weights;

import java.nio.ByteBuffer;

/**
 * A tensor to write.
 *
 * @param info name, type and shape
 * @param bytes little-endian, row-major, from position to limit; exactly as many as the shape needs
 */
public record TensorData(TensorInfo info, ByteBuffer bytes) {}
