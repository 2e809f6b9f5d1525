package dev.seriatim.importing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Names with placeholders; {@link KeyMap} says what they mean. */
final class NamePattern {
  private static final String REST = "*";

  private NamePattern() {}

  /**
   * A name, and what the placeholders stand for in it.
   *
   * @param name without placeholders
   * @param bound value of each placeholder
   */
  record Match(String name, Map<String, String> bound) {
    /** Another pattern with the same values. */
    String fill(String pattern) {
      String filled = pattern;
      for (Map.Entry<String, String> entry : bound.entrySet()) {
        filled = filled.replace("{" + entry.getKey() + "}", entry.getValue());
      }
      return filled;
    }
  }

  /**
   * All that a pattern stands for: a number for every one that stands in its place in any of the
   * names, a rest for every name that fits.
   */
  static List<Match> expand(String pattern, Collection<String> names) {
    List<Match> matches = new ArrayList<>();
    expand(pattern, Map.of(), names, matches);
    return matches;
  }

  private static void expand(
      String pattern, Map<String, String> bound, Collection<String> names, List<Match> matches) {
    int open = pattern.indexOf('{');
    if (open < 0) {
      matches.add(new Match(pattern, bound));
      return;
    }
    int close = pattern.indexOf('}', open);
    if (close < 0) {
      throw new IllegalArgumentException("pattern: expected a '}' in " + pattern);
    }
    String placeholder = pattern.substring(open + 1, close);
    String before = pattern.substring(0, open);
    String after = pattern.substring(close + 1);
    Collection<String> values =
        placeholder.equals(REST)
            ? restsBetween(before, after, names)
            : numbersAfter(before, after, names).stream().map(String::valueOf).toList();
    for (String value : values) {
      Map<String, String> more = new LinkedHashMap<>(bound);
      more.put(placeholder, value);
      expand(pattern.replace("{" + placeholder + "}", value), more, names, matches);
    }
  }

  /** The numbers that stand between a prefix and what follows it up to the next placeholder. */
  static SortedSet<Integer> numbersAfter(String before, String after, Collection<String> names) {
    SortedSet<Integer> numbers = new TreeSet<>();
    String next = after.isEmpty() ? "" : after.substring(0, 1);
    for (String name : names) {
      if (name.startsWith(before)) {
        int end = before.length();
        while (end < name.length() && Character.isDigit(name.charAt(end))) {
          end++;
        }
        // Nine digits always fit an int; longer numbers are no module's.
        if (end > before.length() && end - before.length() < 10 && name.startsWith(next, end)) {
          numbers.add(Integer.valueOf(name.substring(before.length(), end)));
        }
      }
    }
    return numbers;
  }

  private static List<String> restsBetween(String before, String after, Collection<String> names) {
    return names.stream()
        .filter(
            name ->
                name.length() > before.length() + after.length()
                    && name.startsWith(before)
                    && name.endsWith(after))
        .map(name -> name.substring(before.length(), name.length() - after.length()))
        .toList();
  }
}
