/** The backbone of LlamaGen. */
package dev.seriatim.backbone.llamagen.internal;
