/**
 * The one generation loop ({@link dev.seriatim.runtime.internal.generation.StepwiseRun}), and
 * requests that run through it step by step on the engine's queue.
 */
package dev.seriatim.runtime.internal.generation;
