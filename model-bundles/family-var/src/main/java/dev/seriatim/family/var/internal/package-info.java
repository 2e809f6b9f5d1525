/** The family {@code var}. */
package dev.seriatim.family.var.internal;
