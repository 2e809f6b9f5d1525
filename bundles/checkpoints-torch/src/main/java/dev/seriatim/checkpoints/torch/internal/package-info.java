/** Checkpoint files of PyTorch: the zip format of {@code torch.save}, and the stream before it. */
package dev.seriatim.checkpoints.torch.internal;
