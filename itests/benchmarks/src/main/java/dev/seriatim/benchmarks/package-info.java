/** Measures of speed: both sides of a comparison alternate in one run, medians are quoted. */
package dev.seriatim.benchmarks;
