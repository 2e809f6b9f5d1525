/** Lookup-free image tokenizers. */
package dev.seriatim.tokenizer.lfq.internal;
