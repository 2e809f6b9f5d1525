package dev.seriatim.api.weights;

import ai.djl.ndarray.types.Shape;

/**
 * A tensor in a checkpoint.
 *
 * @param name as stored
 * @param type of its elements
 * @param shape row-major
 */
public record TensorInfo(String name, ElementType type, Shape shape) {}
