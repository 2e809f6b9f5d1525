/**
 * The engine over DJL and libtorch. {@link dev.seriatim.engine.pytorch.internal.PyTorchEngine} is
 * the service; {@link dev.seriatim.engine.pytorch.internal.KernelText}, {@link
 * dev.seriatim.engine.pytorch.internal.KernelProgram} and {@link
 * dev.seriatim.engine.pytorch.internal.TorchScriptArchive} bring a kernel from text to a module.
 */
package dev.seriatim.engine.pytorch.internal;
