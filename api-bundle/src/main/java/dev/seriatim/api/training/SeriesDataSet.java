package dev.seriatim.api.training;

import java.util.List;

/**
 * Time series of one variable each, of any lengths.
 *
 * @param name where they come from, for messages: one line
 * @param train the values of each series to train on, at least one series; not a number where
 *     nothing was observed; not copied
 * @param heldOut the same of those that are held out; may be empty
 */
public record SeriesDataSet(String name, List<float[]> train, List<float[]> heldOut)
    implements DataSet {
  /** Copies the lists. */
  public SeriesDataSet {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
    if (train.isEmpty()) {
      throw new IllegalArgumentException("train: expected at least one series, found none");
    }
  }
}
