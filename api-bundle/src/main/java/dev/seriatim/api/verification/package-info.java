/**
 * Importing published checkpoints, and comparing what the imported model computes with recorded
 * results of the official implementation.
 */
@Export
@Version("1.0.0")
package dev.seriatim.api.verification;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
