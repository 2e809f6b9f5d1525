package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say what texts begin with. */
final class Prompts {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description =
          "What the text begins with, or what is to be drawn; -: standard input. Of several, by"
              + " repeating the option, each sample takes the next one in turn.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--prompt-file",
      paramLabel = "FILE",
      description = "The same out of a file. An end of line at its very end does not count.")
  private List<Path> files = new ArrayList<>();

  /**
   * Reads them.
   *
   * @return in order, those of files last; perhaps none
   * @throws SeriatimException when one cannot be read, or is not UTF-8
   */
  List<String> read() {
    List<String> prompts = new ArrayList<>();
    for (String text : texts) {
      prompts.add(text.equals(STANDARD_INPUT) ? standardInput() : text);
    }
    files.forEach(file -> prompts.add(file(file)));
    return prompts;
  }

  /**
   * The text of standard input.
   *
   * @throws SeriatimException when it cannot be read, or is not UTF-8
   */
  static String standardInput() {
    try {
      InputStream in = System.in;
      return decode(in.readAllBytes(), "standard input");
    } catch (IOException e) {
      throw new SeriatimException("standard input: cannot be read: " + e, e);
    }
  }

  private static String file(Path file) {
    try {
      return decode(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new SeriatimException(
          file + ": expected a text, found " + (Files.exists(file) ? e : "no file"), e);
    }
  }

  private static String decode(byte[] bytes, String source) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.replaceFirst("\\R\\z", "");
    } catch (CharacterCodingException e) {
      throw new SeriatimException(source + ": expected a text in UTF-8, found other bytes", e);
    }
  }
}
