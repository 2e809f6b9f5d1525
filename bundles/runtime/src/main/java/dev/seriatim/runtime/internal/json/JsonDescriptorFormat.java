package dev.seriatim.runtime.internal.json;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.model.ConditionSpace;
import dev.seriatim.api.model.DescriptorFormat;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import dev.seriatim.api.part.ProvidesPart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.service.component.annotations.Component;

/** {@code model.json}; the published schema is docs/schema/model.schema.json. */
@Component
public final class JsonDescriptorFormat implements DescriptorFormat {
  /** The kinds of which a model has at most one part. */
  static final Set<String> KINDS =
      ordered(
          ProvidesPart.TOKENIZER,
          ProvidesPart.BACKBONE,
          ProvidesPart.HEAD,
          ProvidesPart.SCHEDULER,
          ProvidesPart.CLASSIFIER,
          ModelDescriptor.DRAFT_BACKBONE,
          ModelDescriptor.DRAFT_HEAD);

  static final String GUIDES = "guides";

  static final Set<String> ROOT_KEYS =
      ordered("name", "version", "title", "license", "conditions", "parts", "weights");
  static final Set<String> PART_KEYS = ordered("id", "version", "config", "weights", "prefix");
  static final Set<String> GUIDE_KEYS = ordered("id", "version", "config");
  static final Set<String> CONDITION_KEYS = ordered("labels", "text", "features");

  private static final Pattern WORDS = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  @Override
  public ModelDescriptor read(String json, String where) {
    JsonPlace root = new JsonPlace(where, "", parse(json, where)).onlyKeys(ROOT_KEYS);
    Map<String, String> weights = weights(root.get("weights"));
    return new ModelDescriptor(
        words(root.get("name")),
        version(root.get("version")),
        root.get("title").text(""),
        root.get("license").text(""),
        conditions(root.get("conditions")),
        parts(root.get("parts"), weights.keySet()),
        guides(root.get("parts").get(GUIDES)),
        weights);
  }

  @Override
  public String write(ModelDescriptor model) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("name", model.name());
    root.put("version", model.version());
    root.put("title", model.title());
    root.put("license", model.license());
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("labels", model.conditions().labels());
    conditions.put("text", model.conditions().text());
    if (model.conditions().featureTokens() > 0) {
      Map<String, Object> features = new LinkedHashMap<>();
      features.put("tokens", model.conditions().featureTokens());
      features.put("width", model.conditions().featureWidth());
      conditions.put("features", features);
    }
    root.put("conditions", conditions);
    Map<String, Object> parts = new LinkedHashMap<>();
    model.parts().forEach((kind, reference) -> parts.put(kind, reference(reference)));
    if (!model.guides().isEmpty()) {
      parts.put(GUIDES, model.guides().stream().map(JsonDescriptorFormat::reference).toList());
    }
    root.put("parts", parts);
    root.put("weights", model.weights());
    return Json.write(root) + "\n";
  }

  private static Map<String, Object> reference(PartReference reference) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", reference.id());
    object.put("version", reference.version());
    object.put("config", reference.config());
    if (reference.weights() != null) {
      object.put("weights", reference.weights());
      object.put("prefix", reference.prefix());
    }
    return object;
  }

  private static Object parse(String json, String where) {
    try {
      return Json.parse(json);
    } catch (IllegalArgumentException e) {
      throw new SeriatimException(where + ": " + e.getMessage(), e);
    }
  }

  private static ConditionSpace conditions(JsonPlace place) {
    if (place.isAbsent()) {
      return ConditionSpace.NONE;
    }
    place.onlyKeys(CONDITION_KEYS);
    List<String> labels = new ArrayList<>();
    if (!place.get("labels").isAbsent()) {
      for (JsonPlace label : place.get("labels").elements()) {
        if (labels.contains(label.text())) {
          throw label.refused("a label that is not there yet");
        }
        labels.add(label.text());
      }
    }
    boolean text = place.get("text").flag(false);
    JsonPlace features = place.get("features");
    if (features.isAbsent()) {
      return new ConditionSpace(labels, text);
    }
    features.onlyKeys(Set.of("tokens", "width"));
    return new ConditionSpace(
        labels, text, features.get("tokens").count(), features.get("width").count());
  }

  private static Map<String, PartReference> parts(JsonPlace place, Set<String> weights) {
    Set<String> known = new LinkedHashSet<>(KINDS);
    known.add(GUIDES);
    place.onlyKeys(known);
    Map<String, PartReference> parts = new LinkedHashMap<>();
    for (String kind : KINDS) {
      if (!place.get(kind).isAbsent()) {
        parts.put(kind, part(place.get(kind).onlyKeys(PART_KEYS), weights));
      }
    }
    if (parts.isEmpty()) {
      throw place.refused("at least one part out of " + String.join(", ", KINDS));
    }
    requireBoth(place, ModelDescriptor.DRAFT_BACKBONE, ModelDescriptor.DRAFT_HEAD);
    return Collections.unmodifiableMap(parts);
  }

  private static void requireBoth(JsonPlace place, String one, String other) {
    JsonPlace first = place.get(one);
    JsonPlace second = place.get(other);
    if (first.isAbsent() != second.isAbsent()) {
      throw (first.isAbsent() ? first : second)
          .refused("a part: a draft has a backbone and a head");
    }
  }

  private static List<PartReference> guides(JsonPlace place) {
    if (place.isAbsent()) {
      return List.of();
    }
    Map<String, PartReference> guides = new LinkedHashMap<>();
    for (JsonPlace element : place.elements()) {
      PartReference guide = part(element.onlyKeys(GUIDE_KEYS), Set.of());
      if (guides.put(guide.id(), guide) != null) {
        throw element.get("id").refused("a guide that is not there yet");
      }
    }
    return List.copyOf(guides.values());
  }

  private static PartReference part(JsonPlace place, Set<String> files) {
    JsonPlace config = place.get("config");
    JsonPlace weights = place.get("weights");
    if (!weights.isAbsent() && !files.contains(weights.text())) {
      throw weights.refused("a file that \"weights\" lists with its SHA-256");
    }
    if (weights.isAbsent() && !place.get("prefix").isAbsent()) {
      throw place.get("prefix").refused("no prefix where there are no weights");
    }
    return new PartReference(
        words(place.get("id")),
        range(place.get("version")),
        config.isAbsent() ? Map.of() : config.object(),
        weights.text(null),
        place.get("prefix").text(""));
  }

  private static Map<String, String> weights(JsonPlace place) {
    if (place.isAbsent()) {
      return Map.of();
    }
    Map<String, String> weights = new LinkedHashMap<>();
    place
        .entries()
        .forEach(
            (path, hash) -> {
              if (!isResourceName(path)) {
                throw place.refused("relative paths inside the bundle");
              }
              if (!SHA256.matcher(hash.text()).matches()) {
                throw hash.refused("a SHA-256 of 64 lower-case hexadecimal digits");
              }
              weights.put(path, hash.text());
            });
    return Collections.unmodifiableMap(weights);
  }

  /** Whether a path names a file in the bundle and nothing outside it, on any system. */
  static boolean isResourceName(String path) {
    for (String segment : path.split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()) {
        return false;
      }
    }
    return true;
  }

  private static String words(JsonPlace place) {
    if (place.value() instanceof String text && WORDS.matcher(text).matches()) {
      return text;
    }
    throw place.refused("lower-case words joined by '.' or '-'");
  }

  private static String version(JsonPlace place) {
    return parsed(place, "a version such as \"1.0.0\"", Version::parseVersion);
  }

  private static String range(JsonPlace place) {
    return parsed(
        place,
        "a version range such as \"[1.0,2)\"",
        text -> {
          if (new VersionRange(text).isEmpty()) {
            throw new IllegalArgumentException("empty");
          }
          return text;
        });
  }

  private static String parsed(JsonPlace place, String expected, Function<String, ?> parser) {
    if (place.value() instanceof String text && !text.isBlank()) {
      try {
        parser.apply(text);
        return text;
      } catch (IllegalArgumentException e) {
        throw place.refused(expected);
      }
    }
    throw place.refused(expected);
  }

  private static Set<String> ordered(String... keys) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(List.of(keys)));
  }
}
