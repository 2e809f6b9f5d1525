package dev.seriatim.importing;

import dev.seriatim.api.model.ModelDescriptor;
import dev.seriatim.api.verification.Family.Import;
import dev.seriatim.api.verification.Family.Source;
import dev.seriatim.api.verification.Family.Source.Form;
import dev.seriatim.api.verification.Family.Source.Key;
import dev.seriatim.importing.NamePattern.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The mapping of a published system's tensors to the weights of parts:
 *
 * <pre>{@code
 * return new KeyMap()
 *     .from(gpt)
 *     .map("tok_embeddings.weight", "backbone.token_embedding")
 *     .map("layers.{i}.attention.wqkv.weight", "backbone.qkv.{i}")
 *     .ignore("freqs_cis")
 *     .from(vq)
 *     .map("encoder.{*}", "tokenizer.encoder.{*}")
 *     .describedBy(descriptor);
 * }</pre>
 *
 * <p>Placeholders: <code>{i}</code>, or any other letters, is a number. It runs through all numbers
 * that follow the same beginning ({@code layers.}) anywhere in the network, so that a tensor which
 * one layer lacks is missed by its name when the model is imported. <code>{*}</code> is any rest,
 * and runs through what is there. In the weight's name, <code>{n}</code> is the running number of
 * the tensor within its pattern, from 0, numbers in ascending order.
 *
 * <p>Not thread-safe.
 */
public final class KeyMap {
  private static final String RUNNING = "{n}";

  private final Map<String, Source> weights = new LinkedHashMap<>();
  private final Set<Key> ignored = new LinkedHashSet<>();
  private StateDict from;

  /** Sets the network that the next lines speak of. */
  public KeyMap from(StateDict network) {
    from = network;
    return this;
  }

  /**
   * Takes a tensor as it is.
   *
   * @param tensor name or pattern of official names
   * @param weight name of the part's parameter, with the part's prefix before it
   */
  public KeyMap map(String tensor, String weight) {
    return join(List.of(tensor), weight, Form.SAME);
  }

  /** Takes a tensor with its last two axes exchanged. */
  public KeyMap transpose(String tensor, String weight) {
    return join(List.of(tensor), weight, Form.TRANSPOSED);
  }

  /** Takes a tensor's elements in their order, in the shape that the part declares. */
  public KeyMap reshape(String tensor, String weight) {
    return join(List.of(tensor), weight, Form.RESHAPED);
  }

  /** Takes tensors joined along their first axis. */
  public KeyMap join(List<String> tensors, String weight) {
    return join(tensors, weight, Form.SAME);
  }

  /**
   * Takes tensors joined along their first axis.
   *
   * @param tensors names or patterns with the same placeholders; those of the first decide through
   *     which numbers they run
   * @param form how the whole is then brought into the parameter's shape
   */
  public KeyMap join(List<String> tensors, String weight, Form form) {
    List<Match> matches = NamePattern.expand(tensors.get(0), from.names());
    for (int n = 0; n < matches.size(); n++) {
      put(tensors, matches.get(n), n, weight, form);
    }
    return this;
  }

  /**
   * Takes tensors of which each of several networks has a part, joined along an axis: the parts of
   * the first tensor in the order of the networks, then those of the second. For checkpoints of
   * models that ran on several devices side by side.
   *
   * @param shards the networks; the first decides through which numbers patterns run
   * @param tensors names or patterns with the same placeholders
   * @param axis from 0
   */
  public KeyMap join(List<StateDict> shards, List<String> tensors, int axis, String weight) {
    List<Match> matches = NamePattern.expand(tensors.get(0), shards.get(0).names());
    for (int n = 0; n < matches.size(); n++) {
      List<Key> parts = new ArrayList<>();
      for (String tensor : tensors) {
        for (StateDict shard : shards) {
          parts.add(shard.key(matches.get(n).fill(tensor)));
        }
      }
      put(new Source(parts, axis, Form.SAME), matches.get(n), n, weight);
    }
    return this;
  }

  /** Takes a tensor of another network as it is, and goes on with the one before. */
  void aside(StateDict network, String tensor, String weight) {
    StateDict before = from;
    from(network).map(tensor, weight);
    from = before;
  }

  /** {@link #map} of those tensors that are there. */
  public KeyMap optional(String tensor, String weight) {
    return optional(tensor, weight, Form.SAME);
  }

  /** {@link #join} of one tensor, where it is there. */
  public KeyMap optional(String tensor, String weight, Form form) {
    List<Match> matches =
        NamePattern.expand(tensor, from.names()).stream()
            .filter(match -> from.has(match.name()))
            .toList();
    for (int n = 0; n < matches.size(); n++) {
      put(List.of(tensor), matches.get(n), n, weight, form);
    }
    return this;
  }

  /** Passes over tensors that carry nothing: masks, tables that are computed, losses. */
  public KeyMap ignore(String... tensors) {
    for (String tensor : tensors) {
      for (Match match : NamePattern.expand(tensor, from.names())) {
        if (from.has(match.name())) {
          ignored.add(from.key(match.name()));
        }
      }
    }
    return this;
  }

  /** Where each weight comes from, so far. */
  public Map<String, Source> weights() {
    return new LinkedHashMap<>(weights);
  }

  /** All of it, as the answer of {@link dev.seriatim.api.verification.Family#read}. */
  public Import describedBy(ModelDescriptor descriptor) {
    return new Import(descriptor, weights(), new LinkedHashSet<>(ignored));
  }

  private void put(List<String> tensors, Match match, int n, String weight, Form form) {
    List<Key> names = tensors.stream().map(match::fill).map(from::key).toList();
    put(new Source(names, 0, form), match, n, weight);
  }

  private void put(Source source, Match match, int n, String weight) {
    String target = match.fill(weight).replace(RUNNING, Integer.toString(n));
    if (weights.put(target, source) != null) {
      throw new IllegalStateException("The weight " + target + " is mapped twice");
    }
  }
}
