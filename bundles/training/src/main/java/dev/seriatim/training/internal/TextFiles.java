package dev.seriatim.training.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.training.TextDataSet;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a text: a file, or the files {@code .txt} of a folder one after the other in the order of
 * their names. Its end is held out, from the first new line in the share on.
 */
final class TextFiles {
  private static final String SUFFIX = ".txt";

  private TextFiles() {}

  /** Whether a file is there, or a folder that holds texts and nothing else. */
  static boolean isIn(Path place) {
    if (!Files.isDirectory(place)) {
      return Files.isRegularFile(place);
    }
    List<Path> all = list(place);
    return !all.isEmpty() && all.stream().allMatch(TextFiles::isText);
  }

  static TextDataSet open(Path place, Settings options) {
    double share = options.number("held-out", 0, 0.9, 0.1);
    options.refuseOthers();
    String text = text(place);
    if (text.isEmpty()) {
      throw new SeriatimException(place + ": expected text in UTF-8, in files .txt, found none");
    }
    int end = (int) Math.round(text.length() * (1 - share));
    int cut = end >= text.length() ? -1 : text.indexOf('\n', Math.max(0, end - 1));
    end = cut < 0 ? text.length() : cut + 1;
    return new TextDataSet(place.toString(), text.substring(0, end), text.substring(end));
  }

  private static String text(Path place) {
    if (!Files.isDirectory(place)) {
      return read(place);
    }
    StringBuilder all = new StringBuilder();
    for (Path file : list(place)) {
      if (isText(file)) {
        all.append(read(file));
      }
    }
    return all.toString();
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file) && file.toString().endsWith(SUFFIX);
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new SeriatimException(folder + ": cannot be read: " + e, e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new SeriatimException(file + ": expected text in UTF-8, found other bytes", e);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
  }
}
