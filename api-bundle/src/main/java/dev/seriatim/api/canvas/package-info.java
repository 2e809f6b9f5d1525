/** What is generated: layouts of slots, token spaces, and the canvas that a request fills. */
@Export
@Version("1.1.0")
package dev.seriatim.api.canvas;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
