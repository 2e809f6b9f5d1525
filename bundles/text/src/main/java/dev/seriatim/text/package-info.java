/** Texts out of tokens as they settle, never half a character. */
@Export
@Version("1.0.0")
package dev.seriatim.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
