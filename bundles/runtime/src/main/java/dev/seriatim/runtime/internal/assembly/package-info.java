/** The parts that are there, why others are not, and how those of a model are laid out together. */
package dev.seriatim.runtime.internal.assembly;
