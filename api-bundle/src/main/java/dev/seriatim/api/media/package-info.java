/** Media as plain host data: what goes into a tokenizer and comes out of one. */
@Export
@Version("1.1.0")
package dev.seriatim.api.media;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
