/** The trainer, the data sets that it reads, and the optimiser. */
package dev.seriatim.training.internal;
