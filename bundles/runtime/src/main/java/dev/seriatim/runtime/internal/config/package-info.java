/** A part's configuration: from values by key to its record, and described for people. */
package dev.seriatim.runtime.internal.config;
