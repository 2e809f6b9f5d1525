/** Measures of what a model generates: a classifier that judges, and distances between features. */
package dev.seriatim.evaluation.internal;
