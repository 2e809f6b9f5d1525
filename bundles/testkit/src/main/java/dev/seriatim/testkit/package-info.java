/**
 * The contracts as tests. Extend the class for your kind of part, hand it your factory and a small
 * configuration, and JUnit runs every invariant by name. After each test the engine must hold as
 * much native memory as before it. Families have a contract too, which needs no engine.
 */
@Export
@Version("1.0.0")
package dev.seriatim.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
