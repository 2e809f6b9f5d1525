/**
 * Generation inside any Java program: starts a framework, wires its models, and hands out plain
 * Java services. Begin with {@link dev.seriatim.launcher.Seriatim#builder()}.
 */
package dev.seriatim.launcher;
