/** GPT-2 in the layouts of Hugging Face and of nanoGPT. */
package dev.seriatim.family.gpt2.internal;
