/** The root of the API: what is common to all its packages. */
@Export
@Version("1.0.0")
package dev.seriatim.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
