/** The flow head. */
package dev.seriatim.head.flow.internal;
