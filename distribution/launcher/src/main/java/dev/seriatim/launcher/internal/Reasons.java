package dev.seriatim.launcher.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the framework says when something fails, as a phrase for people. */
final class Reasons {
  /** The innermost of the resolver's chain comes last: who needs what, as namespace and filter. */
  private static final Pattern MISSING =
      Pattern.compile("missing requirement \\[(\\S+) [^;]*?\\] (\\S+); (.*)");

  private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
  private static final Pattern FROM = Pattern.compile("\\(version>=([^)]+)\\)");
  private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");

  private Reasons() {}

  /** The reason of a failure: that of its root, and of the resolver's the missing thing. */
  static String of(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return of(root.getMessage() == null ? root.toString() : root.getMessage());
  }

  static String of(String message) {
    String chain = message.split(" Unresolved requirements:", 2)[0];
    int last = chain.lastIndexOf("missing requirement ");
    Matcher missing = MISSING.matcher(last < 0 ? "" : chain.substring(last));
    if (!missing.matches()) {
      return message;
    }
    String filter = missing.group(3).replaceAll("\\]+$", "");
    Matcher name = PACKAGE.matcher(filter);
    if (!name.find()) {
      return missing.group(1)
          + " needs "
          + missing.group(2)
          + " "
          + filter
          + ", which is not there";
    }
    return missing.group(1)
        + " needs the package "
        + name.group(1)
        + range(filter)
        + ", which no bundle exports";
  }

  private static String range(String filter) {
    Matcher below = BELOW.matcher(filter);
    Matcher from = FROM.matcher(below.replaceAll(""));
    String least = from.find() ? from.group(1) : "";
    below.reset();
    if (below.find()) {
      return " [" + least + "," + below.group(1) + ")";
    }
    return least.isEmpty() ? "" : " " + least + " or later";
  }
}
