/** Schedulers that guess tokens ahead and verify them together. */
package dev.seriatim.schedulers.speculative.internal;
