package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.ImageDataSet;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Reads MNIST and what has its form (Fashion-MNIST, KMNIST): four IDX files in a folder. */
final class IdxDataSet {
  private static final String IMAGES = "-images-idx3-ubyte";
  private static final String LABELS = "-labels-idx1-ubyte";
  private static final String TRAIN = "train";
  private static final String TEST = "t10k";

  private IdxDataSet() {}

  /** Whether a folder looks like one. */
  static boolean isIn(Path folder) {
    return IdxFile.exists(folder, TRAIN + IMAGES);
  }

  static ImageDataSet open(Path folder, Settings options) {
    int pad = (int) options.whole("pad", 0, 1024, 0);
    List<String> named = options.texts("labels");
    options.refuseOthers();
    int most = named.isEmpty() ? 256 : named.size();
    StoredImages train = split(folder, TRAIN, pad, most);
    StoredImages test = split(folder, TEST, pad, most);
    if (!train.shape().equals(test.shape())) {
      throw new SeriatimException(
          folder
              + ": expected images of one size, found "
              + train.shape()
              + " to train on and "
              + test.shape()
              + " to test on");
    }
    List<String> labels = named.isEmpty() ? numbered(train, test) : named;
    return new StoredDataSet(folder.toString(), train.shape(), labels, train, test);
  }

  private static StoredImages split(Path folder, String name, int pad, int mostLabels) {
    IdxFile images = IdxFile.read(folder, name + IMAGES, 3);
    IdxFile labels = IdxFile.read(folder, name + LABELS, 1);
    Path labelFile = folder.resolve(name + LABELS);
    if (labels.sizes()[0] != images.sizes()[0]) {
      throw IdxFile.refuse(
          labelFile,
          "labels",
          "one for each of " + images.sizes()[0] + " images",
          String.valueOf(labels.sizes()[0]));
    }
    int[] values = new int[labels.bytes().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = labels.bytes()[i] & 0xff;
      if (values[i] >= mostLabels) {
        throw IdxFile.refuse(
            labelFile, "label " + i, "0 to " + (mostLabels - 1), String.valueOf(values[i]));
      }
    }
    ImageShape shape = new ImageShape(1, images.sizes()[1] + 2 * pad, images.sizes()[2] + 2 * pad);
    return new StoredImages(shape, pad, images.bytes(), values, List.of());
  }

  private static List<String> numbered(StoredImages train, StoredImages test) {
    int most =
        IntStream.concat(IntStream.of(train.labels()), IntStream.of(test.labels()))
            .max()
            .orElseThrow();
    return IntStream.rangeClosed(0, most).mapToObj(Integer::toString).toList();
  }
}
