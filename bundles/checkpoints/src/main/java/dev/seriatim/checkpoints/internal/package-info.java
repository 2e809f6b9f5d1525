/** Checkpoint files: safetensors, in one file or in several with an index. */
package dev.seriatim.checkpoints.internal;
