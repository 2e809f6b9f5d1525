/** Guides that look at what was generated. */
package dev.seriatim.guides.text.internal;
