/**
 * Measures that others take too: what training measures as it goes, an evaluation measures once.
 */
@Export
@Version("1.0.0")
package dev.seriatim.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
