/** Token ids as they are: {@link dev.seriatim.tokenizer.ids.internal.Ids}. */
package dev.seriatim.tokenizer.ids.internal;
