/** Named tensors: parameters that parts declare, checkpoints on disk, weights on a device. */
@Export
@Version("1.1.0")
package dev.seriatim.api.weights;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
