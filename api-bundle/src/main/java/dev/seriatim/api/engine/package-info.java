/** The shared tensor engine: devices, kernels from text, random streams, memory accounting. */
@Export
@Version("1.1.0")
package dev.seriatim.api.engine;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
