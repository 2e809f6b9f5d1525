/** Heads that predict one vector for each slot. */
package dev.seriatim.head.point.internal;
