/** The family of LlamaGen. */
package dev.seriatim.family.llamagen.internal;
