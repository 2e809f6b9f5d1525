/** Vector-quantising image tokenizers. */
package dev.seriatim.tokenizer.vq.internal;
