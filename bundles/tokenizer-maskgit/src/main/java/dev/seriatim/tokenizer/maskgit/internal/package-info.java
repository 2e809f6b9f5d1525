/** The vector-quantising image tokenizer of MaskGIT. */
package dev.seriatim.tokenizer.maskgit.internal;
