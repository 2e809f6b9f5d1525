/** The family of SDAR. */
package dev.seriatim.family.sdar.internal;
