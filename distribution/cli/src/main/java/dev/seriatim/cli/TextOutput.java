package dev.seriatim.cli;

import dev.seriatim.cli.Writing.Text;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Texts as they are printed and kept in files, each from its prompt on.
 *
 * @param texts one per sample
 * @param firstSample number of the first
 */
record TextOutput(List<Text> texts, long firstSample) {
  /** Prints them, one after the other. */
  void print(PrintWriter out) {
    out.print(all());
    out.flush();
  }

  /**
   * Writes them into files.
   *
   * @param files one for all, or one for each
   */
  void write(List<OutputFile> files) {
    for (int i = 0; i < files.size(); i++) {
      String content = files.size() == texts.size() ? line(texts.get(i).whole()) : all();
      files.get(i).write(out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private String all() {
    if (texts.size() == 1) {
      return line(texts.get(0).whole());
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      all.append("--- sample ").append(firstSample + i).append(" ---\n");
      all.append(line(texts.get(i).whole()));
    }
    return all.toString();
  }

  private static String line(String text) {
    return text.endsWith("\n") ? text : text + "\n";
  }
}
