/** Time series as patches: {@link dev.seriatim.tokenizer.series.internal.SeriesPatches}. */
package dev.seriatim.tokenizer.series.internal;
