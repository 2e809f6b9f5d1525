/** The family of Timer. */
package dev.seriatim.family.timer.internal;
