package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.media.Images;
import dev.seriatim.api.training.ImageDataSet;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDataSetTest {
  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  @TempDir Path folder;

  /** Two images of 2×3 to train on, one to test on. */
  @BeforeEach
  void writeAll() throws IOException {
    write(
        "train-images-idx3-ubyte",
        IMAGES,
        new int[] {2, 2, 3},
        0,
        51,
        102,
        153,
        204,
        255,
        1,
        2,
        3,
        4,
        5,
        6);
    write("train-labels-idx1-ubyte", LABELS, new int[] {2}, 1, 0);
    write("t10k-images-idx3-ubyte", IMAGES, new int[] {1, 2, 3}, 0, 0, 0, 0, 0, 255);
    write("t10k-labels-idx1-ubyte", LABELS, new int[] {1}, 2);
  }

  @Test
  void readsImagesAndLabels() {
    ImageDataSet data = open(Map.of());
    assertThat(data.labels()).containsExactly("0", "1", "2");
    assertThat(List.of(data.channels(), data.height(), data.width())).containsExactly(1, 2, 3);
    assertThat(data.train().size()).isEqualTo(2);
    assertThat(data.test().size()).isEqualTo(1);
    Images images = data.train().images(1, 0);
    assertThat(images.pixel(1, 0, 1, 2)).isEqualTo(1f);
    assertThat(images.pixel(1, 0, 0, 1)).isEqualTo(51 / 255f);
    assertThat(images.pixel(0, 0, 0, 0)).isEqualTo(1 / 255f);
    assertThat(data.train().labels(1, 0)).containsExactly(0, 1);
    assertThat(data.test().label(0)).isEqualTo(2);
  }

  @Test
  void addsDarkPixelsAround() {
    ImageDataSet data = open(Map.of("pad", 1));
    assertThat(List.of(data.height(), data.width())).containsExactly(4, 5);
    Images images = data.train().images(0);
    assertThat(images.pixel(0, 0, 2, 3)).isEqualTo(1f);
    float[] border = Arrays.copyOf(images.pixels(), 5);
    assertThat(border).containsOnly(0f);
  }

  @Test
  void readsRealFilesThatAreCompressed() throws Exception {
    Path real = Path.of(getClass().getResource("/mnist-small").toURI());
    ImageDataSet data = (ImageDataSet) new FileDataSets().open(real, Map.of());
    assertThat(data.train().size()).isEqualTo(256);
    assertThat(data.test().size()).isEqualTo(64);
    assertThat(data.labels()).hasSize(10);
    assertThat(data.train().labels(0, 1, 2, 3)).containsExactly(5, 0, 4, 1);
  }

  @Test
  void refusesAnotherMagicNumber() throws IOException {
    write("train-images-idx3-ubyte", LABELS, new int[] {2, 2, 3}, new int[12]);
    refused("train-images-idx3-ubyte: magic number: expected 0x00000803, found 0x00000801");
  }

  @Test
  void refusesTruncatedHeaders() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), new byte[] {0, 0, 8});
    refused("train-images-idx3-ubyte: header: expected 16 bytes, found 3 bytes");
  }

  @Test
  void refusesTruncatedData() throws IOException {
    write("train-images-idx3-ubyte", IMAGES, new int[] {2, 2, 3}, new int[11]);
    refused("train-images-idx3-ubyte: data: expected 12 bytes, found 11 bytes");
  }

  @Test
  void refusesDataAfterTheEnd() throws IOException {
    write("train-images-idx3-ubyte", IMAGES, new int[] {2, 2, 3}, new int[13]);
    refused("train-images-idx3-ubyte: data: expected 12 bytes, found more");
  }

  @Test
  void refusesSizesThatNoArrayHolds() throws IOException {
    write("train-images-idx3-ubyte", IMAGES, new int[] {1 << 20, 1 << 20, 1 << 20});
    refused("train-images-idx3-ubyte: sizes: expected at least 1 each and 1073741824 bytes in all");
    write("train-images-idx3-ubyte", IMAGES, new int[] {2, -1, 3});
    refused("found [2, -1]");
  }

  @Test
  void refusesAnotherNumberOfLabels() throws IOException {
    write("train-labels-idx1-ubyte", LABELS, new int[] {3}, 0, 1, 2);
    refused("labels: expected one for each of 2 images, found 3");
  }

  @Test
  void refusesLabelsThatHaveNoName() {
    assertThatThrownBy(() -> open(Map.of("labels", List.of("a", "b"))))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("t10k-labels-idx1-ubyte: label 0: expected 0 to 1, found 2");
  }

  @Test
  void refusesTestImagesOfAnotherSize() throws IOException {
    write("t10k-images-idx3-ubyte", IMAGES, new int[] {1, 3, 3}, new int[9]);
    refused("expected images of one size");
  }

  @Test
  void refusesAbsentFilesAndUnknownOptions() throws IOException {
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    refused("expected a file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz, found neither");
    assertThatThrownBy(() -> open(Map.of("padding", 2)))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("padding: expected one of the keys format, labels, pad");
    assertThatThrownBy(() -> new FileDataSets().open(folder.resolve("absent"), Map.of()))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining("absent: expected a data set, found none");
  }

  private ImageDataSet open(Map<String, ?> options) {
    return (ImageDataSet) new FileDataSets().open(folder, options);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> open(Map.of()))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(message);
  }

  private void write(String name, int magic, int[] sizes, int... values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(magic);
    for (int size : sizes) {
      out.writeInt(size);
    }
    for (int value : values) {
      out.writeByte(value);
    }
    Files.write(folder.resolve(name), bytes.toByteArray());
  }
}
