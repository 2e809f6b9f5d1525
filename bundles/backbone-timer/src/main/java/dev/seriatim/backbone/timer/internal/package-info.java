/** The transformer of Timer. */
package dev.seriatim.backbone.timer.internal;
