/** Training: recipes, objectives and the events of a run. */
@Export
@Version("2.0.0")
package dev.seriatim.api.training;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
