/** The tokenizers of the 1d-tokenizer systems, for families whose models generate their tokens. */
@Export
@Version("1.0.0")
package dev.seriatim.family.titok;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
