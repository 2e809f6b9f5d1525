/** Transformers over pyramids of scales. */
package dev.seriatim.backbone.nextscale.internal;
