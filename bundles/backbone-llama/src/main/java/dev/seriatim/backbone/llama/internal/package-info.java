/** The transformer of LLaMA, Qwen, and the diffusion models made of them. */
package dev.seriatim.backbone.llama.internal;
