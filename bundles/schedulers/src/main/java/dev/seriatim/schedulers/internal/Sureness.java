package dev.seriatim.schedulers.internal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import dev.seriatim.api.part.CategoricalDistribution;
import dev.seriatim.api.part.Distribution;
import dev.seriatim.api.part.PartException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What masked decoding ranks the unknown slots by. */
enum Sureness {
  /** The probability of the drawn token (Nie et al., 2025). */
  LOW_CONFIDENCE("low-confidence") {
    @Override
    NDArray of(String part, Distribution distribution, NDArray tokens) {
      return distribution
          .logProb(tokens)
          .orElseThrow(
              () -> PartException.of(part, "head", "one that gives log-densities", "no density"))
          .exp();
    }
  },
  /** How far the most probable token is ahead of the next, the least of a slot's codebooks. */
  MARGIN("margin") {
    @Override
    NDArray of(String part, Distribution distribution, NDArray tokens) {
      NDArray best = probabilities(part, distribution).topK(2, -1).get(0);
      NDArray ahead = best.get(new NDIndex("..., 0")).sub(best.get(new NDIndex("..., 1")));
      return ahead.min(new int[] {-1}).toType(DataType.FLOAT32, false);
    }
  },
  /** The negative entropy, in nats, of all codebooks of a slot. */
  ENTROPY("entropy") {
    @Override
    NDArray of(String part, Distribution distribution, NDArray tokens) {
      NDArray p = probabilities(part, distribution);
      NDArray terms = p.mul(p.add(1e-10).log());
      return terms.sum(new int[] {-2, -1}).toType(DataType.FLOAT32, false);
    }
  },
  /** Nothing: the order is drawn at random. */
  RANDOM("random") {
    @Override
    NDArray of(String part, Distribution distribution, NDArray tokens) {
      return null;
    }
  };

  private final String id;

  Sureness(String id) {
    this.id = id;
  }

  /**
   * How sure a distribution is of each slot, float32 [sample, slot]; null where the order is drawn.
   *
   * @param tokens that were drawn, int64 [sample, slot, codebook]
   * @throws PartException when the distribution does not say
   */
  abstract NDArray of(String part, Distribution distribution, NDArray tokens);

  /** Of ids, [sample, slot, codebook, vocabulary]. */
  private static NDArray probabilities(String part, Distribution distribution) {
    return logits(part, distribution).softmax(-1);
  }

  /**
   * Logits of a distribution, [sample, slot, codebook, vocabulary].
   *
   * @throws PartException when it has none
   */
  static NDArray logits(String part, Distribution distribution) {
    if (distribution instanceof CategoricalDistribution categorical) {
      return categorical.logits();
    }
    throw PartException.of(
        part, "head", "a categorical one", distribution.getClass().getSimpleName());
  }

  /**
   * The measure of a name.
   *
   * @throws PartException when there is none
   */
  static Sureness of(String part, String name) {
    String known = Arrays.stream(values()).map(s -> s.id).collect(Collectors.joining(", "));
    return Arrays.stream(values())
        .filter(sureness -> sureness.id.equals(name))
        .findFirst()
        .orElseThrow(() -> PartException.of(part, "remasking", "one of " + known, name));
  }
}
