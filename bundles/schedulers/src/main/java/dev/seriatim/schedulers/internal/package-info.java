/** Decoding schedulers: each file is one way through slots and levels. */
package dev.seriatim.schedulers.internal;
