/** Checkpoint files: safetensors. */
package dev.seriatim.checkpoints.internal;
