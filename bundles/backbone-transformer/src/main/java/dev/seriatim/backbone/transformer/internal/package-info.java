/** Transformer backbones. */
package dev.seriatim.backbone.transformer.internal;
