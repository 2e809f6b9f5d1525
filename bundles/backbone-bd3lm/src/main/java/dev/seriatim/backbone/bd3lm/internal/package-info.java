/** The backbone of BD3-LM. */
package dev.seriatim.backbone.bd3lm.internal;
