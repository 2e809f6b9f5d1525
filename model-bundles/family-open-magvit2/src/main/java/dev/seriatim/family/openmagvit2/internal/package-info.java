/** The family {@code open-magvit2}. */
package dev.seriatim.family.openmagvit2.internal;
