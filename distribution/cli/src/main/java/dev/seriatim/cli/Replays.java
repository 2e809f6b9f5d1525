package dev.seriatim.cli;

import dev.seriatim.api.generation.GenerationRequest;
import dev.seriatim.api.generation.Manifest;
import dev.seriatim.api.generation.PartChoice;
import dev.seriatim.api.model.Condition;
import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.part.ProvidesPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** From a manifest back to the request, and what has changed between two manifests. */
final class Replays {
  private Replays() {}

  /**
   * The request that a manifest tells of, with the same parts in whatever version there is now.
   *
   * @throws dev.seriatim.api.SeriatimException when the model does not know a condition
   */
  static GenerationRequest request(Manifest manifest, ModelDescriptor model) {
    List<Condition> conditions =
        manifest.conditions().stream()
            .map(text -> Labels.ofManifest(model.conditions(), text))
            .toList();
    GenerationRequest request =
        GenerationRequest.of(conditions)
            .withSeed(manifest.seed())
            .withFirstSample(manifest.firstSample());
    for (Manifest.PartUse part : manifest.parts()) {
      PartChoice choice = new PartChoice(part.id(), "", part.config());
      if (part.kind().equals(ProvidesPart.SCHEDULER)) {
        request = request.withScheduler(choice);
      } else if (part.kind().equals(ProvidesPart.GUIDE)) {
        request = request.withGuide(choice);
      }
    }
    return manifest.mode() ? request.withMode() : request;
  }

  /** What differs other than the tokens, a phrase each. */
  static List<String> changes(Manifest before, Manifest now) {
    List<String> changes = new ArrayList<>();
    compare(changes, "model " + now.model(), before.modelVersion(), now.modelVersion());
    compare(changes, "engine", before.engine(), now.engine());
    compare(changes, parts(before), parts(now));
    Map<String, String> weights = new LinkedHashMap<>();
    before.weights().forEach((file, hash) -> weights.put("weights " + file, hash));
    Map<String, String> weightsNow = new LinkedHashMap<>();
    now.weights().forEach((file, hash) -> weightsNow.put("weights " + file, hash));
    compare(changes, weights, weightsNow);
    return changes;
  }

  private static Map<String, String> parts(Manifest manifest) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (Manifest.PartUse part : manifest.parts()) {
      String name = part.kind() + " " + part.id();
      parts.put(name, part.version());
      parts.put(name + " in bundle", part.bundle());
      part.config().forEach((key, value) -> parts.put(name + " " + key, Json.compact(value)));
    }
    return parts;
  }

  private static void compare(
      List<String> changes, Map<String, String> before, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    names.forEach(name -> compare(changes, name, before.get(name), now.get(name)));
  }

  private static void compare(List<String> changes, String name, String before, String now) {
    if (!Objects.equals(before, now)) {
      changes.add(name + ": " + orNothing(before) + " → " + orNothing(now));
    }
  }

  private static String orNothing(String value) {
    return value == null ? "nothing" : value;
  }
}
