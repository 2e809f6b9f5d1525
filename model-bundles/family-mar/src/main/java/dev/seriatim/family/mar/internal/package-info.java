/** The published system MAR. */
package dev.seriatim.family.mar.internal;
