/** Models: descriptors, what they require, and their state in a running framework. */
@Export
@Version("1.1.0")
package dev.seriatim.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
