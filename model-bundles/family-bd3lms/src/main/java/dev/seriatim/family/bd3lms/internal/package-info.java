/** The family of BD3-LM. */
package dev.seriatim.family.bd3lms.internal;
