package dev.seriatim.training.internal;

import dev.seriatim.api.training.DataSet;
import java.util.List;

/** A data set in memory. */
record StoredDataSet(
    String name, ImageShape shape, List<String> labels, DataSet.Split train, DataSet.Split test)
    implements DataSet {

  @Override
  public int channels() {
    return shape.channels();
  }

  @Override
  public int height() {
    return shape.height();
  }

  @Override
  public int width() {
    return shape.width();
  }
}
