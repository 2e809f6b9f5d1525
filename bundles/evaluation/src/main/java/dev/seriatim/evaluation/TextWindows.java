package dev.seriatim.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * A text that is longer than a window, cut into windows so that each of its tokens counts once.
 *
 * @param first token of each window
 * @param counted the first token of each window that counts there; those before are context
 * @param end token after the last of each window
 */
record TextWindows(List<Integer> first, List<Integer> counted, List<Integer> end) {
  /**
   * Windows that slide by half of their size: each token but those of the first half window is
   * predicted from at least half a window. All windows have the same size if the text has it.
   *
   * @param tokens in the text
   * @param size of a window, at least 1
   */
  static TextWindows sliding(int tokens, int size) {
    TextWindows windows = new TextWindows(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int done = 0;
    while (done < tokens) {
      int end = done == 0 ? Math.min(size, tokens) : Math.min(done + (size + 1) / 2, tokens);
      windows.add(Math.max(0, end - size), done, end);
      done = end;
    }
    return windows;
  }

  /**
   * Windows side by side, the last of which may be smaller: for models whose prediction of a window
   * is a whole.
   *
   * @param tokens in the text
   * @param size of a window, at least 1
   */
  static TextWindows sideBySide(int tokens, int size) {
    TextWindows windows = new TextWindows(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int done = 0; done < tokens; done += size) {
      windows.add(done, done, Math.min(done + size, tokens));
    }
    return windows;
  }

  private void add(int start, int from, int to) {
    first.add(start);
    counted.add(from);
    end.add(to);
  }

  /** Number of windows. */
  int count() {
    return first.size();
  }

  /** Tokens of a window. */
  int size(int window) {
    return end.get(window) - first.get(window);
  }
}
