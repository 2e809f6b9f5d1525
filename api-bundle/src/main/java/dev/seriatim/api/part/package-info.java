/**
 * The parts of a model: tokenizer, backbone, head, scheduler, guide, family; and how they are made.
 */
@Export
@Version("2.0.0")
package dev.seriatim.api.part;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
