/** LLaDA, Dream and WeDLM: masked diffusion of texts. */
package dev.seriatim.family.llada.internal;
