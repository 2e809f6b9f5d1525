/** The backbone of NAR. */
package dev.seriatim.backbone.nar.internal;
