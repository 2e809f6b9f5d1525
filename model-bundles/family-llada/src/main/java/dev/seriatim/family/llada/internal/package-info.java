/** LLaDA and Dream: masked diffusion of texts. */
package dev.seriatim.family.llada.internal;
