package dev.seriatim.api.training;

/**
 * Data in two parts: one to train on and one held out to measure on. Immutable, in host memory. Any
 * thread.
 */
public sealed interface DataSet permits ImageDataSet, TextDataSet, SeriesDataSet {
  /** Where it comes from, for messages: one line. */
  String name();
}
