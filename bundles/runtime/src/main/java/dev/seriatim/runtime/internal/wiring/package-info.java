/** Weights and built parts, shared by lease and closed when nobody uses them any more. */
package dev.seriatim.runtime.internal.wiring;
