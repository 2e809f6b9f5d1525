/** LLaMA, Qwen2 and Qwen3. */
package dev.seriatim.family.llama.internal;
