/** Backbones that carry a state of fixed size from token to token. */
package dev.seriatim.backbone.mamba.internal;
