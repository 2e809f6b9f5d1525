package dev.seriatim.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;

/** JSON as this program reads and writes it: whole numbers stay whole. */
final class Json {
  private static final GsonBuilder BUILDER =
      new GsonBuilder()
          .disableHtmlEscaping()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE);
  private static final Gson COMPACT = BUILDER.create();
  private static final Gson INDENTED = BUILDER.setPrettyPrinting().create();

  private Json() {}

  /** On one line. */
  static String compact(Object value) {
    return COMPACT.toJson(value);
  }

  /** For people too. */
  static String indented(Object value) {
    return INDENTED.toJson(value);
  }

  /**
   * Reads a document.
   *
   * @throws JsonParseException when it is not one, or not of that type
   */
  static <T> T read(String json, Class<T> type) {
    return COMPACT.fromJson(json, type);
  }

  /** A number as JSON has them: null for those that are not finite. */
  static Double number(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
