package dev.seriatim.engine.pytorch.internal;

import dev.seriatim.api.engine.KernelException;
import dev.seriatim.api.engine.KernelSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outline of a kernel: its class, attributes and method signatures. Bodies are libtorch's to
 * read. What Python allows and TorchScript does not (imports, docstrings of file and class, names
 * of element types) is blanked or replaced in {@link #code()}, in which every line keeps its
 * number.
 */
final class KernelText {
  /**
   * An attribute.
   *
   * @param name of it
   * @param type without spaces, for example {@code List[Tensor]}
   * @param matrix whether it was declared as {@code Matrix}: tensors that {@code torch.linear}
   *     alone multiplies by
   * @param line from 1
   */
  record Attribute(String name, String type, boolean matrix, int line) {}

  /**
   * A method.
   *
   * @param name of it
   * @param parameters without {@code self}
   * @param result declared type; empty when it has none or the signature cannot be read
   * @param line from 1
   */
  record Method(String name, List<Variable> parameters, Optional<String> result, int line) {}

  /** A named value with its type. */
  record Variable(String name, String type) {}

  /** What {@code torch.linear} becomes in kernels with matrices. */
  static final String LINEAR_METHOD = "linear_";

  private static final Pattern CLASS =
      Pattern.compile("class\\s+([A-Za-z_]\\w*)\\s*\\(\\s*(?:nn\\.)?Module\\s*\\)\\s*:\\s*");
  private static final Pattern LIBRARY_CLASS =
      Pattern.compile("(?m)^class\\s+[A-Za-z_]\\w*\\s*\\(.*\\)\\s*:.*$");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([A-Za-z_]\\w*)\\s*:\\s*([A-Za-z_][\\w.\\[\\], ]*?)\\s*");
  private static final Pattern MATRIX = Pattern.compile("\\bMatrix\\b");
  private static final Pattern LINEAR = Pattern.compile("\\btorch\\.linear\\(");
  private static final Pattern DEF = Pattern.compile("def\\s+([A-Za-z_]\\w*)\\s*\\(");
  private static final Pattern ELEMENT_TYPE =
      Pattern.compile(
          "torch\\.(uint8|int8|int16|int32|int64|int|long|float16|half|float32|float|float64|double"
              + "|bool|bfloat16)\\b(?!\\s*\\()");

  /** TorchScript has numbers (c10::ScalarType) where Python has names. */
  private static final Map<String, Integer> ELEMENT_TYPES =
      Map.ofEntries(
          Map.entry("uint8", 0),
          Map.entry("int8", 1),
          Map.entry("int16", 2),
          Map.entry("int32", 3),
          Map.entry("int", 3),
          Map.entry("int64", 4),
          Map.entry("long", 4),
          Map.entry("float16", 5),
          Map.entry("half", 5),
          Map.entry("float32", 6),
          Map.entry("float", 6),
          Map.entry("float64", 7),
          Map.entry("double", 7),
          Map.entry("bool", 11),
          Map.entry("bfloat16", 15));

  /** A text among those that make up the kernel, from a line of the whole on. */
  private record Section(KernelSource source, int firstLine) {}

  private final KernelSource source;
  private final List<Section> sections;
  private final String original;
  private final String masked;
  private final StringBuilder code;
  private final Map<String, Attribute> attributes = new LinkedHashMap<>();
  private final Map<String, Method> methods = new LinkedHashMap<>();
  private String className;
  private String indent;

  private KernelText(KernelSource source, List<Section> sections, String text) {
    this.source = source;
    this.sections = sections;
    this.original = text;
    this.masked = MaskedText.of(text);
    this.code = new StringBuilder(text);
  }

  /**
   * Reads the outline.
   *
   * @throws KernelException at the line that does not belong in a kernel
   */
  static KernelText parse(KernelSource source) {
    StringBuilder text = new StringBuilder(lines(source));
    List<Section> sections = new ArrayList<>();
    sections.add(new Section(source, 1));
    for (KernelSource library : source.libraries()) {
      sections.add(new Section(library, (int) text.chars().filter(c -> c == '\n').count() + 1));
      // The members of the library's class go on where those of the kernel's end.
      text.append(LIBRARY_CLASS.matcher(lines(library)).replaceFirst(""));
    }
    KernelText kernel = new KernelText(source, List.copyOf(sections), text.toString());
    kernel.readStatements();
    if (kernel.className == null) {
      throw kernel.error(0, "expected `class Name(Module):`, found no class");
    }
    if (kernel.indent == null) {
      throw kernel.error(0, "the class " + kernel.className + " is empty");
    }
    kernel.numberElementTypes();
    if (kernel.hasMatrices()) {
      kernel.redirectLinear();
    }
    return kernel;
  }

  private static String lines(KernelSource source) {
    String text = source.text().replace("\r\n", "\n");
    return text.endsWith("\n") ? text : text + "\n";
  }

  KernelSource source() {
    return source;
  }

  /**
   * An error at a line.
   *
   * @param line of the whole, from 1; 0 when unknown
   * @param cause the engine's own error, or null
   */
  KernelException error(int line, String message, Throwable cause) {
    Section section = sections.get(0);
    for (Section next : sections) {
      section = line >= next.firstLine() ? next : section;
    }
    int inside = line == 0 ? 0 : line - section.firstLine() + 1;
    return new KernelException(section.source().name(), inside, message, cause);
  }

  /** A line as it was written; empty when there is none. */
  String line(int line) {
    return original.lines().skip(Math.max(line - 1L, 0)).findFirst().orElse("");
  }

  String className() {
    return className;
  }

  /** The indentation of attributes and methods. */
  String indent() {
    return indent;
  }

  /** Attributes by name, in order. */
  Map<String, Attribute> attributes() {
    return attributes;
  }

  /** Methods by name, in order. */
  Map<String, Method> methods() {
    return methods;
  }

  /** TorchScript with the lines of the source; more methods of the class may be appended. */
  String code() {
    return code.toString();
  }

  /** Where a top-level or class-level statement begins and ends, in characters and lines. */
  private record Statement(int start, int end, int indent, int line) {}

  private void readStatements() {
    List<Statement> statements = statements();
    for (Statement statement : statements) {
      if (statement.indent() == 0) {
        readTop(statement);
      } else if (className == null) {
        throw error(statement.line(), "unexpected indentation");
      } else {
        if (indent == null) {
          indent = masked.substring(statement.start() - statement.indent(), statement.start());
        }
        if (statement.indent() == indent.length()) {
          readMember(statement);
        } else if (statement.indent() < indent.length()) {
          throw error(statement.line(), "the indentation fits no block");
        }
      }
    }
  }

  /** Lines that begin with code outside brackets; each extends to the beginning of the next. */
  private List<Statement> statements() {
    List<Statement> found = new ArrayList<>();
    int depth = 0;
    int line = 0;
    int next;
    for (int start = 0; start < masked.length(); start = next) {
      line++;
      next = masked.indexOf('\n', start) + 1;
      int first = start;
      while (masked.charAt(first) == ' ' || masked.charAt(first) == '\t') {
        first++;
      }
      if (first < next - 1 && depth == 0) {
        found.add(new Statement(first, masked.length(), first - start, line));
      }
      depth += brackets(masked, first, next);
    }
    for (int i = 0; i + 1 < found.size(); i++) {
      Statement s = found.get(i);
      found.set(i, new Statement(s.start(), found.get(i + 1).start(), s.indent(), s.line()));
    }
    return found;
  }

  private static int brackets(String text, int from, int to) {
    int depth = 0;
    for (int i = from; i < to; i++) {
      switch (text.charAt(i)) {
        case '(', '[', '{' -> depth++;
        case ')', ']', '}' -> depth--;
        default -> {}
      }
    }
    return depth;
  }

  private void readTop(Statement statement) {
    String line = firstLine(statement);
    Matcher matcher = CLASS.matcher(line);
    if (className != null) {
      throw error(statement.line(), "a kernel is one class; found more after " + className);
    } else if (matcher.matches()) {
      className = matcher.group(1);
      int superclass = code.indexOf("(", statement.start());
      blank(superclass + 1, code.indexOf(")", superclass));
      code.replace(superclass + 1, superclass + 7, "Module");
    } else if (line.startsWith("\"") || line.startsWith("import ") || line.startsWith("from ")) {
      blank(statement.start(), statement.end());
    } else {
      throw error(statement.line(), "expected `class Name(Module):`, found `" + line.strip() + "`");
    }
  }

  private void readMember(Statement statement) {
    String line = firstLine(statement);
    Matcher def = DEF.matcher(line);
    Matcher attribute = ATTRIBUTE.matcher(line);
    if (def.lookingAt()) {
      String name = def.group(1);
      Method method = readMethod(name, statement.start() + def.end(), statement);
      if (methods.put(name, method) != null) {
        throw error(statement.line(), "a second method " + name);
      }
    } else if (attribute.matches()) {
      String declared = attribute.group(2).replace(" ", "");
      String name = attribute.group(1);
      String type = MATRIX.matcher(declared).replaceAll("Tensor");
      boolean matrix = !type.equals(declared);
      if (matrix) {
        int at = masked.indexOf("Matrix", statement.start() + name.length());
        code.replace(at, at + "Matrix".length(), "Tensor");
      }
      if (attributes.put(name, new Attribute(name, type, matrix, statement.line())) != null) {
        throw error(statement.line(), "a second attribute " + name);
      }
    } else if (line.startsWith("\"")) {
      blank(statement.start(), statement.end());
    } else {
      throw error(
          statement.line(),
          "expected an attribute (`name: type`) or a method, found `" + line.strip() + "`");
    }
  }

  private Method readMethod(String name, int open, Statement statement) {
    int close = closing(open, statement.end());
    int arrow = close < 0 ? -1 : masked.indexOf("->", close);
    int colon = arrow < 0 ? -1 : masked.indexOf(':', arrow);
    if (colon < 0 || !masked.substring(close + 1, arrow).isBlank()) {
      return new Method(name, List.of(), Optional.empty(), statement.line());
    }
    List<Variable> parameters = new ArrayList<>();
    for (String parameter : split(masked.substring(open, close))) {
      String declaration = parameter.split("=", 2)[0];
      String[] parts = declaration.split(":", 2);
      parameters.add(
          new Variable(parts[0].strip(), parts.length == 1 ? "Tensor" : compact(parts[1])));
    }
    if (!parameters.isEmpty() && parameters.get(0).name().equals("self")) {
      parameters.remove(0);
    }
    return new Method(
        name,
        List.copyOf(parameters),
        Optional.of(compact(masked.substring(arrow + 2, colon))),
        statement.line());
  }

  private static String compact(String type) {
    return type.replaceAll("\\s", "");
  }

  /** The bracket that closes the one before {@code from}, or -1. */
  private int closing(int from, int to) {
    int depth = 1;
    for (int i = from; i < to; i++) {
      depth += brackets(masked, i, i + 1);
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Splits at commas outside brackets; blanks are dropped. */
  private static List<String> split(String list) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= list.length(); i++) {
      if (i == list.length() || (list.charAt(i) == ',' && depth == 0)) {
        parts.add(list.substring(start, i));
        start = i + 1;
      } else {
        depth += brackets(list, i, i + 1);
      }
    }
    parts.removeIf(String::isBlank);
    return parts;
  }

  private String firstLine(Statement statement) {
    return masked.substring(statement.start(), masked.indexOf('\n', statement.start()));
  }

  private void blank(int start, int end) {
    for (int i = start; i < end; i++) {
      if (code.charAt(i) != '\n') {
        code.setCharAt(i, ' ');
      }
    }
  }

  private void numberElementTypes() {
    Matcher matcher = ELEMENT_TYPE.matcher(masked);
    while (matcher.find()) {
      blank(matcher.start(), matcher.end());
      String number = String.valueOf(ELEMENT_TYPES.get(matcher.group(1)));
      code.replace(matcher.start(), matcher.start() + number.length(), number);
    }
  }

  /** Whether there are tensors that may be laid out for {@code torch.linear}. */
  boolean hasMatrices() {
    return attributes.values().stream().anyMatch(Attribute::matrix);
  }

  /** The name is as long as the one that it replaces, so that columns stay. */
  private void redirectLinear() {
    Matcher matcher = LINEAR.matcher(masked);
    while (matcher.find()) {
      code.replace(matcher.start(), matcher.end(), "self." + LINEAR_METHOD + "(");
    }
  }

  private KernelException error(int line, String message) {
    return error(line, message, null);
  }
}
