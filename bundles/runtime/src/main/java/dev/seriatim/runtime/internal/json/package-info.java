/** JSON as plain values with places for messages, and {@code model.json} on top of it. */
package dev.seriatim.runtime.internal.json;
