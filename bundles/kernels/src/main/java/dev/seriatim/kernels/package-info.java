/** Kernel text that parts share. */
@Export
@Version("1.0.0")
package dev.seriatim.kernels;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
