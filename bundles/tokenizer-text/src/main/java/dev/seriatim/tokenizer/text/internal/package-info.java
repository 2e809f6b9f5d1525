/** Tokenizers of texts: bytes, characters, and those that Hugging Face's library reads. */
package dev.seriatim.tokenizer.text.internal;
