/** The categorical head. */
package dev.seriatim.head.categorical.internal;
