/**
 * What a {@link dev.seriatim.api.verification.Family} is written with: the tensors of a checkpoint
 * by their official names, their mapping to the weights of parts, and the official configuration.
 */
@Export
@Version("1.0.0")
package dev.seriatim.importing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
