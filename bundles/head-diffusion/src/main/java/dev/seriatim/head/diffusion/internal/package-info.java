/** The diffusion head. */
package dev.seriatim.head.diffusion.internal;
