/** The family {@code flowar}. */
package dev.seriatim.family.flowar.internal;
