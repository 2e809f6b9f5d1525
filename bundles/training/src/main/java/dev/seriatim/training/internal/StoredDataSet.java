package dev.seriatim.training.internal;

import dev.seriatim.api.training.ImageDataSet;
import java.util.List;

/** A data set in memory. */
record StoredDataSet(
    String name,
    ImageShape shape,
    List<String> labels,
    ImageDataSet.Split train,
    ImageDataSet.Split test)
    implements ImageDataSet {

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
