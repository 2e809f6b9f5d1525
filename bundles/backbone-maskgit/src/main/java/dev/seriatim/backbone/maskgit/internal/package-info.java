/** Masked transformers: bidirectional, over tokens of which some are unknown. */
package dev.seriatim.backbone.maskgit.internal;
