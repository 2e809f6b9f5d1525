/** Image tokenizers whose tokens form a sequence. */
package dev.seriatim.tokenizer.titok.internal;
