/** The family of MaskGIT generators. */
package dev.seriatim.family.maskgit.internal;
