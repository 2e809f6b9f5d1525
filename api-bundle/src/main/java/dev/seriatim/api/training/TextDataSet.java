package dev.seriatim.api.training;

/**
 * One text, whose end is held out.
 *
 * @param name where it comes from, for messages: one line
 * @param train the text to train on; at least one character
 * @param heldOut the text that follows it, held out to measure on; may be empty
 */
public record TextDataSet(String name, String train, String heldOut) implements DataSet {}
