/** Requests, results and events of generation, as host applications see them. */
@Export
@Version("1.1.0")
package dev.seriatim.api.generation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
