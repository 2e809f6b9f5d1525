/** Guides: each file is one way to bend a distribution before it is drawn from. */
package dev.seriatim.guides.internal;
