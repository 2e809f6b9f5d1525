/** The families {@code titok} and {@code maskgit-vqgan}. */
package dev.seriatim.family.titok.internal;
