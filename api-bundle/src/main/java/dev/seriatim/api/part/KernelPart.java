package dev.seriatim.api.part;

import dev.seriatim.api.engine.Kernel;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A part that lets its kernel be called from outside, so that intermediate results (the output of a
 * block, a noise schedule) can be compared with recorded ones. The methods of a kernel are as
 * stable as the part's version says.
 */
@ConsumerType
public interface KernelPart extends Part {
  /** The kernel; not closed by the caller. */
  Kernel kernel();
}
