/** The backbone of MAR. */
package dev.seriatim.backbone.mar.internal;
