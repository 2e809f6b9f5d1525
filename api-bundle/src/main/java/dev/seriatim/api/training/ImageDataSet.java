package dev.seriatim.api.training;

import dev.seriatim.api.media.Images;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Labelled images of one size, in two parts: one to train on and one held out. */
@ConsumerType
public non-sealed interface ImageDataSet extends DataSet {
  /** Channels of each image: 1 (grey) or 3 (red, green, blue). */
  int channels();

  /** Height of each image in pixels. */
  int height();

  /** Width of each image in pixels. */
  int width();

  /** Names of the labels, in the order of their index; empty when the images have none. */
  List<String> labels();

  /** The images to train on; at least one. */
  Split train();

  /** The images held out to measure on; may be empty. */
  Split test();

  /** A part of a data set: images by index. */
  @ConsumerType
  interface Split {
    /** Number of images. */
    int size();

    /**
     * Copies an image.
     *
     * @param index from 0 to {@link #size()} - 1
     * @param pixels where to put float32 [channel, row, column], 0 (dark) to 1 (bright)
     * @param offset of the first number in {@code pixels}
     * @throws IndexOutOfBoundsException when there is no such image or it does not fit
     */
    void read(int index, float[] pixels, int offset);

    /**
     * Label of an image.
     *
     * @return an index into {@link ImageDataSet#labels()}; -1 when the images have none
     */
    int label(int index);

    /** Caption of an image; empty when it has none. */
    default String caption(int index) {
      return "";
    }

    /** A batch: the images of these indices, in this order. */
    Images images(int... indices);

    /** The labels of these indices, in this order. */
    default long[] labels(int... indices) {
      long[] labels = new long[indices.length];
      for (int i = 0; i < indices.length; i++) {
        labels[i] = label(indices[i]);
      }
      return labels;
    }
  }
}
