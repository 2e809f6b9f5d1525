package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.ImageDataSet;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Reads folders of images. A sub-folder is a label; an image directly in the folder has none. A
 * text file beside an image, of the same name but for the suffix {@code .txt}, is its caption.
 * Where there are folders {@code train} and {@code test} they are the two parts; else a share of
 * the images, spread evenly in the order of their names, is held out.
 */
final class ImageFolderDataSet {
  private static final Set<String> SUFFIXES = Set.of("png", "jpg", "jpeg", "gif", "bmp");

  private final Path folder;
  private final ImageShape inner;
  private final int pad;

  private ImageFolderDataSet(Path folder, ImageShape inner, int pad) {
    this.folder = folder;
    this.inner = inner;
    this.pad = pad;
  }

  static ImageDataSet open(Path folder, Settings options) {
    int size = (int) options.whole("size", 1, 8192);
    int channels = (int) options.whole("channels", 1, 3, 3);
    if (channels == 2) {
      throw options.refuse("channels", "1 or 3", "2");
    }
    int pad = (int) options.whole("pad", 0, 1024, 0);
    double heldOut = options.number("held-out", 0, 0.9, 0.1);
    List<String> named = options.texts("labels");
    options.refuseOthers();
    return new ImageFolderDataSet(folder, new ImageShape(channels, size, size), pad)
        .open(named, heldOut);
  }

  private ImageDataSet open(List<String> named, double heldOut) {
    Path train = folder.resolve("train");
    Path test = folder.resolve("test");
    boolean divided = Files.isDirectory(train) && Files.isDirectory(test);
    List<String> labels = named.isEmpty() ? labels(divided ? train : folder) : named;
    ImageShape shape =
        new ImageShape(inner.channels(), inner.height() + 2 * pad, inner.width() + 2 * pad);
    if (divided) {
      return new StoredDataSet(
          folder.toString(),
          shape,
          labels,
          load(shape, required(files(train, labels), train)),
          load(shape, files(test, labels)));
    }
    List<Labelled> all = required(files(folder, labels), folder);
    List<Labelled> first = new ArrayList<>();
    List<Labelled> second = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      // The i-th goes to the held-out part when the share's running count steps up there.
      boolean held = (long) ((i + 1) * heldOut) > (long) (i * heldOut);
      (held ? second : first).add(all.get(i));
    }
    return new StoredDataSet(
        folder.toString(), shape, labels, load(shape, first), load(shape, second));
  }

  private record Labelled(Path file, int label) {}

  private static List<Labelled> required(List<Labelled> files, Path folder) {
    if (files.isEmpty()) {
      throw new SeriatimException(
          folder
              + ": expected images ("
              + String.join(", ", SUFFIXES.stream().sorted().toList())
              + ") in it or in a sub-folder for each label, found none");
    }
    return files;
  }

  private static List<String> labels(Path folder) {
    return list(folder).stream()
        .filter(Files::isDirectory)
        .map(path -> path.getFileName().toString())
        .toList();
  }

  private static List<Labelled> files(Path folder, List<String> labels) {
    List<Labelled> files = new ArrayList<>();
    for (Path path : list(folder)) {
      if (isImage(path)) {
        files.add(new Labelled(path, -1));
      } else if (Files.isDirectory(path)) {
        int label = labels.indexOf(path.getFileName().toString());
        if (label < 0) {
          throw new SeriatimException(
              path + ": expected a folder named as one of the labels " + labels + ", found this");
        }
        list(path).stream()
            .filter(ImageFolderDataSet::isImage)
            .forEach(file -> files.add(new Labelled(file, label)));
      }
    }
    long unlabelled = files.stream().filter(file -> file.label < 0).count();
    if (unlabelled > 0 && unlabelled < files.size()) {
      throw new SeriatimException(
          folder
              + ": expected all images in sub-folders or none, found "
              + unlabelled
              + " of "
              + files.size()
              + " without a label");
    }
    return files;
  }

  private static boolean isImage(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1))
        && Files.isRegularFile(path);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      throw new SeriatimException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private StoredImages load(ImageShape shape, List<Labelled> files) {
    long size = (long) files.size() * inner.size();
    if (size > Integer.MAX_VALUE - 8) {
      throw new SeriatimException(
          folder + ": expected at most 2 GiB of decoded images, found " + size + " bytes");
    }
    byte[] bytes = new byte[(int) size];
    int[] labels = new int[files.size()];
    String[] captions = new String[files.size()];
    for (int i = 0; i < files.size(); i++) {
      read(files.get(i).file(), bytes, i * inner.size());
      labels[i] = files.get(i).label();
      captions[i] = caption(files.get(i).file());
    }
    boolean captioned = Arrays.stream(captions).anyMatch(text -> !text.isEmpty());
    return new StoredImages(shape, pad, bytes, labels, captioned ? List.of(captions) : List.of());
  }

  private void read(Path file, byte[] bytes, int offset) {
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e.getMessage(), e);
    }
    if (image == null) {
      throw new SeriatimException(file + ": expected an image, found something else");
    }
    BufferedImage fitted = fit(image);
    int plane = inner.height() * inner.width();
    for (int i = 0; i < plane; i++) {
      int rgb = fitted.getRGB(i % inner.width(), i / inner.width());
      int red = rgb >> 16 & 0xff;
      int green = rgb >> 8 & 0xff;
      int blue = rgb & 0xff;
      if (inner.channels() == 1) {
        // Luma of ITU-R BT.601, in thousandths.
        bytes[offset + i] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
      } else {
        bytes[offset + i] = (byte) red;
        bytes[offset + plane + i] = (byte) green;
        bytes[offset + 2 * plane + i] = (byte) blue;
      }
    }
  }

  /** The largest square from the middle, brought to size; halved step by step when much larger. */
  private BufferedImage fit(BufferedImage image) {
    int side = Math.min(image.getWidth(), image.getHeight());
    BufferedImage now =
        draw(
            image.getSubimage(
                (image.getWidth() - side) / 2, (image.getHeight() - side) / 2, side, side),
            side);
    while (side >= 2 * inner.width()) {
      side = Math.max(side / 2, inner.width());
      now = draw(now, side);
    }
    return side == inner.width() ? now : draw(now, inner.width());
  }

  private static BufferedImage draw(BufferedImage image, int side) {
    BufferedImage drawn = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = drawn.createGraphics();
    try {
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, side, side, null);
    } finally {
      graphics.dispose();
    }
    return drawn;
  }

  private static String caption(Path image) {
    String name = image.getFileName().toString();
    Path file = image.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
    try {
      return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
