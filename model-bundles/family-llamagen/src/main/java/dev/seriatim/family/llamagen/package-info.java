/** What systems share that build on LlamaGen: its networks, its sampling and its recorded runs. */
@Export
@Version("1.0.0")
package dev.seriatim.family.llamagen;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
