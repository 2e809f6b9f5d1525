/**
 * What parts share: kernel text, contexts of backbones, and the tensors of canvases, conditions and
 * images.
 */
@Export
@Version("1.0.0")
package dev.seriatim.kernels;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
