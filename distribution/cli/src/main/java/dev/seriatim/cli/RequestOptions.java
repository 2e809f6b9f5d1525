package dev.seriatim.cli;

import com.google.gson.JsonParseException;
import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.model.PartReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that say how to draw, whatever is drawn. */
final class RequestOptions {
  private static final String SCHEDULER = "scheduler";

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the random streams (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--first-sample",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of the first sample: sample 5 of a larger run alone is --first-sample 5"
              + " -n 1 (default: ${DEFAULT-VALUE}).")
  private long firstSample;

  @Option(
      names = "--cfg",
      paramLabel = "SCALE",
      description = "Scale of classifier-free guidance; 1 is none.")
  private Double cfg;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Below 1 sharpens the distribution, above 1 flattens it.")
  private Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K likeliest tokens.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the fewest tokens whose probabilities reach P.")
  private Double topP;

  @Option(names = "--greedy", description = "Take the likeliest token instead of drawing one.")
  private boolean greedy;

  @Option(
      names = "--scheduler",
      paramLabel = "ID[@RANGE]",
      description = "Another scheduler than the model's, for example raster@[1.0,2).")
  private String scheduler;

  @Option(
      names = "--set",
      paramLabel = "PART.KEY=VALUE",
      description =
          "A key of the scheduler's or a guide's configuration, for example"
              + " --set cfg.schedule=cosine; `seriatim parts ID` lists them. A guide that the model"
              + " does not use is added.")
  private List<String> settings = new ArrayList<>();

  /**
   * A request changed as the options say.
   *
   * @throws SeriatimException when a setting is malformed, or is of a part that a request cannot
   *     change
   */
  GenerationRequest apply(GenerationRequest plain, ModelDescriptor model) {
    if (firstSample < 0) {
      throw new SeriatimException("--first-sample: expected at least 0, found " + firstSample);
    }
    Map<String, Map<String, Object>> configs = configs();
    GenerationRequest request = plain.withSeed(seed).withFirstSample(firstSample);
    if (greedy) {
      request = request.withMode();
    }
    PartChoice choice = scheduler(configs, model);
    if (choice != null) {
      request = request.withScheduler(choice);
    }
    for (Map.Entry<String, Map<String, Object>> guide : configs.entrySet()) {
      requireChangeable(guide.getKey(), model);
      request = request.withGuide(new PartChoice(guide.getKey(), "", guide.getValue()));
    }
    return request;
  }

  /** What was asked for, as a document says it. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", seed);
    map.put("firstSample", firstSample);
    map.put("greedy", greedy);
    map.put(SCHEDULER, scheduler);
    map.put("settings", configs());
    return map;
  }

  /** The scheduler's choice, its settings taken out of the others; null for the model's own. */
  private PartChoice scheduler(Map<String, Map<String, Object>> configs, ModelDescriptor model) {
    PartReference own = model.parts().get(SCHEDULER);
    String[] chosen = scheduler == null ? new String[0] : scheduler.split("@", 2);
    String id = chosen.length > 0 ? chosen[0] : own == null ? "" : own.id();
    Map<String, Object> config = new LinkedHashMap<>();
    for (String name : List.of(SCHEDULER, id)) {
      Map<String, Object> found = configs.remove(name);
      if (found != null) {
        config.putAll(found);
      }
    }
    return scheduler == null && config.isEmpty()
        ? null
        : new PartChoice(id, chosen.length > 1 ? chosen[1] : "", config);
  }

  private static void requireChangeable(String id, ModelDescriptor model) {
    model
        .parts()
        .forEach(
            (kind, part) -> {
              if (part.id().equals(id) || kind.equals(id)) {
                throw new SeriatimException(
                    "--set "
                        + id
                        + ": expected the scheduler or a guide, found the "
                        + kind
                        + " of "
                        + model.name()
                        + ", which a request cannot change");
              }
            });
  }

  /** Configuration by part: the named options first, then the settings over them. */
  private Map<String, Map<String, Object>> configs() {
    Map<String, Map<String, Object>> configs = new LinkedHashMap<>();
    put(configs, "cfg", "scale", cfg);
    put(configs, "temperature", "value", temperature);
    put(configs, "top-k", "k", topK);
    put(configs, "top-p", "p", topP);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      int dot = setting.lastIndexOf('.', equals < 0 ? setting.length() : equals);
      if (equals < 0 || dot < 1 || dot + 1 == equals) {
        throw new SeriatimException("--set: expected PART.KEY=VALUE, found " + setting);
      }
      put(
          configs,
          setting.substring(0, dot),
          setting.substring(dot + 1, equals),
          value(setting.substring(equals + 1)));
    }
    return configs;
  }

  private static void put(
      Map<String, Map<String, Object>> configs, String part, String key, Object value) {
    if (value != null) {
      configs.computeIfAbsent(part, name -> new LinkedHashMap<>()).put(key, value);
    }
  }

  /** A number, truth value or list as JSON has them; else the text itself. */
  private static Object value(String text) {
    try {
      Object value = Json.read(text, Object.class);
      return value == null ? text : value;
    } catch (JsonParseException e) {
      return text;
    }
  }
}
