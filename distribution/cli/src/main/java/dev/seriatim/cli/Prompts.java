package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.Condition;
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

  @Option(
      names = "--chat",
      description =
          "Each prompt is what a user says, and the model's chat template makes the text of it that"
              + " the model goes on from; the answer alone is printed.")
  private boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "What the model is told before the user's prompt, with --chat.")
  private String system;

  /**
   * What a sample is asked to be.
   *
   * @param prompt one of {@link #read}; empty for none
   */
  Condition condition(String prompt) {
    if (chat) {
      List<Condition.Chat.Message> messages = new ArrayList<>();
      if (system != null) {
        messages.add(new Condition.Chat.Message("system", system));
      }
      messages.add(new Condition.Chat.Message("user", prompt));
      return new Condition.Chat(messages);
    }
    return prompt.isEmpty() ? Condition.NONE : new Condition.Text(prompt);
  }

  /**
   * Reads them.
   *
   * @return in order, those of files last; perhaps none
   * @throws SeriatimException when one cannot be read, or is not UTF-8, or the options do not go
   *     together
   */
  List<String> read() {
    if (chat && texts.isEmpty() && files.isEmpty()) {
      throw new SeriatimException("--chat: expected a --prompt to answer, found none");
    }
    if (system != null && !chat) {
      throw new SeriatimException("--system: expected --chat beside it, found none");
    }
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
