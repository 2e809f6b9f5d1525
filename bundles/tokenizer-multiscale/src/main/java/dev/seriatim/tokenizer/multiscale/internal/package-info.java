/** A residual vector quantiser over a pyramid of scales. */
package dev.seriatim.tokenizer.multiscale.internal;
