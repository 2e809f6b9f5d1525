/** Mamba in the layouts of its authors and of Hugging Face. */
package dev.seriatim.family.mamba.internal;
