/** The family of NAR. */
package dev.seriatim.family.nar.internal;
