package dev.seriatim.importing.internal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.seriatim.api.SeriatimException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** JSON files of others, as plain values; whole numbers are {@code Long}. */
final class ConfigFile {
  private static final Gson GSON =
      new GsonBuilder().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();

  private ConfigFile() {}

  /**
   * Reads an object.
   *
   * @throws SeriatimException when the file cannot be read, or holds something else
   */
  static Map<String, Object> read(Path file) {
    try {
      Map<String, Object> values =
          GSON.fromJson(Files.readString(file), new TypeToken<Map<String, Object>>() {});
      if (values == null) {
        throw new SeriatimException(file + ": expected a JSON object, found nothing");
      }
      return values;
    } catch (JsonParseException e) {
      // Gson adds lines of advice after the first.
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new SeriatimException(file + ": expected a JSON object: " + what, e);
    } catch (IOException e) {
      throw new SeriatimException(file + ": cannot be read: " + e, e);
    }
  }
}
