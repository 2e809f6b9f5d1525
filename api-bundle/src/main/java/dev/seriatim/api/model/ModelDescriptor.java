package dev.seriatim.api.model;

import java.util.List;
import java.util.Map;

/**
 * A model: its parts and their configuration, its weights, what it can be asked for. The content of
 * a model bundle's {@code model.json}.
 *
 * @param name of the model, unique among those that are installed with the same version
 * @param version in OSGi syntax
 * @param title one line for people
 * @param license SPDX expression of the weights
 * @param conditions what it can be asked for
 * @param parts by kind: tokenizer, backbone, head, scheduler; {@link #DRAFT_BACKBONE} and {@link
 *     #DRAFT_HEAD} where the model has a smaller companion that runs ahead
 * @param guides in order, with the configuration used when a request says nothing else
 * @param weights SHA-256 of each weight file, in hexadecimal, by its path in the bundle
 */
public record ModelDescriptor(
    String name,
    String version,
    String title,
    String license,
    ConditionSpace conditions,
    Map<String, PartReference> parts,
    List<PartReference> guides,
    Map<String, String> weights) {
  /** The key of the backbone of a model's draft. */
  public static final String DRAFT_BACKBONE = "draft-backbone";

  /** The key of the head of a model's draft. */
  public static final String DRAFT_HEAD = "draft-head";
}
