package dev.seriatim.model.packaging;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;

/**
 * What the OSGi resolver has to know of a model descriptor: the model's name and version, and the
 * parts that it is wired from. The rest of the descriptor is the runtime's business.
 *
 * @param name the model's name
 * @param version the model's version
 * @param parts the parts, in the order of the descriptor
 */
record ModelDescriptor(String name, Version version, List<Part> parts) {

  /**
   * A part that the model needs.
   *
   * @param kind the contract that the part keeps, such as {@code head}
   * @param id the part's id, such as {@code categorical}
   * @param version the versions of the part that the model works with
   */
  record Part(String kind, String id, VersionRange version) {}

  /** The key whose value is a list of parts: a model has any number of guides, in their order. */
  private static final String GUIDES = "guides";

  /** The keys whose value is one part, of the kind that the key names. */
  private static final Set<String> SINGLE_KINDS =
      Set.of("tokenizer", "backbone", "head", "scheduler", "classifier");

  /** The keys of the parts of a model's draft, and their kinds. */
  private static final Map<String, String> DRAFT =
      Map.of("draft-backbone", "backbone", "draft-head", "head");

  /** Names and ids. They also stand in filters and manifest headers, and need no escape there. */
  private static final Pattern WORDS = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");

  /** What is of use in the parser's messages. */
  private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+ path \\S+");

  static ModelDescriptor parse(String json) throws MalformedDescriptorException {
    JsonObject root = object("the descriptor", read(json));
    return new ModelDescriptor(
        words("name", root.get("name")), version("version", root.get("version")), parts(root));
  }

  private static List<Part> parts(JsonObject root) throws MalformedDescriptorException {
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, JsonElement> entry : object("parts", root.get("parts")).entrySet()) {
      String key = "parts." + entry.getKey();
      if (SINGLE_KINDS.contains(entry.getKey())) {
        parts.add(part(key, entry.getKey(), entry.getValue()));
      } else if (DRAFT.containsKey(entry.getKey())) {
        parts.add(part(key, DRAFT.get(entry.getKey()), entry.getValue()));
      } else if (entry.getKey().equals(GUIDES)) {
        JsonArray guides = array(key, entry.getValue());
        for (int i = 0; i < guides.size(); i++) {
          parts.add(part(key + "[" + i + "]", "guide", guides.get(i)));
        }
      } else {
        throw new MalformedDescriptorException(
            "parts",
            "the keys tokenizer, backbone, head, scheduler, classifier, draft-backbone, draft-head,"
                + " guides",
            entry.getKey());
      }
    }
    if (parts.isEmpty()) {
      throw new MalformedDescriptorException("parts", "at least one part", "none");
    }
    return List.copyOf(parts);
  }

  private static Part part(String key, String kind, JsonElement value)
      throws MalformedDescriptorException {
    JsonObject part = object(key, value);
    return new Part(
        kind, words(key + ".id", part.get("id")), range(key + ".version", part.get("version")));
  }

  private static JsonElement read(String json) throws MalformedDescriptorException {
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      reader.setStrictness(Strictness.STRICT);
      JsonElement root = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedDescriptorException("not JSON: text after the end");
      }
      return root;
    } catch (IOException | JsonParseException e) {
      Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
      throw new MalformedDescriptorException(
          "not JSON: " + (place.find() ? place.group() : e.getMessage()));
    }
  }

  private static JsonObject object(String key, JsonElement value)
      throws MalformedDescriptorException {
    if (value == null || !value.isJsonObject()) {
      throw new MalformedDescriptorException(key, "an object", shown(value));
    }
    return value.getAsJsonObject();
  }

  private static JsonArray array(String key, JsonElement value)
      throws MalformedDescriptorException {
    if (!value.isJsonArray()) {
      throw new MalformedDescriptorException(key, "a list", shown(value));
    }
    return value.getAsJsonArray();
  }

  private static String string(String key, String expected, JsonElement value)
      throws MalformedDescriptorException {
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new MalformedDescriptorException(key, expected, shown(value));
    }
    return value.getAsString();
  }

  private static String words(String key, JsonElement value) throws MalformedDescriptorException {
    String expected = "lower-case words joined by '.' or '-'";
    String text = string(key, expected, value);
    if (!WORDS.matcher(text).matches()) {
      throw new MalformedDescriptorException(key, expected, shown(value));
    }
    return text;
  }

  private static Version version(String key, JsonElement value)
      throws MalformedDescriptorException {
    String expected = "a version such as \"1.0.0\"";
    String text = string(key, expected, value);
    try {
      if (!text.isBlank()) {
        return Version.parseVersion(text);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new MalformedDescriptorException(key, expected, shown(value));
  }

  private static VersionRange range(String key, JsonElement value)
      throws MalformedDescriptorException {
    String expected = "a version range such as \"[1.0,2)\"";
    String text = string(key, expected, value);
    try {
      VersionRange range = text.isBlank() ? null : new VersionRange(text);
      if (range != null && !range.isEmpty()) {
        return range;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new MalformedDescriptorException(key, expected, shown(value));
  }

  private static String shown(JsonElement value) {
    return value == null ? "nothing" : value.toString();
  }
}
