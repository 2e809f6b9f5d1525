/** Image tokenizers with continuous tokens: variational autoencoders. */
package dev.seriatim.tokenizer.kl.internal;
