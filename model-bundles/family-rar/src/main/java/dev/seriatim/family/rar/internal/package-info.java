/** The family of RAR. */
package dev.seriatim.family.rar.internal;
