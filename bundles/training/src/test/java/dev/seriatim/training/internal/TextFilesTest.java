package dev.seriatim.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.DataSet;
import dev.seriatim.api.training.TextDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir Path folder;

  @Test
  void readsTheFilesOfAFolderInOrder() throws IOException {
    Files.writeString(folder.resolve("b.txt"), "second\nthird\n");
    Files.writeString(folder.resolve("a.txt"), "fürst\n");
    TextDataSet text = open(folder, Map.of("held-out", 0));
    assertThat(text.train()).isEqualTo("fürst\nsecond\nthird\n");
    assertThat(text.heldOut()).isEmpty();
  }

  @Test
  void holdsTheEndOutFromANewLineOn() throws IOException {
    Path file = Files.writeString(folder.resolve("verse"), "one\ntwo\nthree\nfour\nfive\n");
    assertThat(open(file, Map.of("held-out", 0.5)))
        .isEqualTo(new TextDataSet(file.toString(), "one\ntwo\nthree\n", "four\nfive\n"));
    // Exactly at a new line, the share is what is asked for.
    assertThat(open(file, Map.of("held-out", 5.0 / 24)).heldOut()).isEqualTo("five\n");
    // No new line follows: nothing is held out.
    Files.writeString(file, "one line");
    assertThat(open(file, Map.of()).train()).isEqualTo("one line");
  }

  @Test
  void tellsTextsFromFoldersOfImages() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "text\n");
    assertThat(open(folder, Map.of())).isInstanceOf(TextDataSet.class);
    Files.createDirectory(folder.resolve("label"));
    refused(folder, Map.of(), "size: expected a whole number");
    assertThat(open(folder, Map.of("format", "text"))).isInstanceOf(TextDataSet.class);
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    Path file = Files.write(folder.resolve("a.txt"), new byte[] {'a', (byte) 0xff, 'b'});
    refused(file, Map.of(), "a.txt: expected text in UTF-8, found other bytes");
    Files.writeString(file, "");
    refused(file, Map.of(), "a.txt: expected text in UTF-8, in files .txt, found none");
    Files.writeString(file, "a\n");
    refused(file, Map.of("pad", 1), "data: pad: expected one of the keys format, held-out");
    refused(file, Map.of("format", "idx"), "expected a folder with a data set, found a file");
    refused(
        folder, Map.of("format", "x"), "data: format: expected one of idx, images, text, series");
  }

  private static TextDataSet open(Path place, Map<String, ?> options) {
    DataSet data = new FileDataSets().open(place, options);
    assertThat(data).isInstanceOf(TextDataSet.class);
    return (TextDataSet) data;
  }

  private static void refused(Path place, Map<String, ?> options, String message) {
    assertThatThrownBy(() -> new FileDataSets().open(place, options))
        .isInstanceOf(SeriatimException.class)
        .hasMessageContaining(message);
  }
}
