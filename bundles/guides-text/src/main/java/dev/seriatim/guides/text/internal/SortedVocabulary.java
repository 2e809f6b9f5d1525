package dev.seriatim.guides.text.internal;

import dev.seriatim.api.part.TextTokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The ids of a vocabulary sorted by the bytes that they stand for, so that those with a beginning
 * in common are tried together. Ids that stand for none are left out.
 */
final class SortedVocabulary {
  /** An id and its bytes. */
  private record Entry(int id, byte[] bytes) {}

  private final Entry[] entries;

  SortedVocabulary(TextTokenizer tokenizer) {
    this.entries =
        IntStream.range(0, tokenizer.tokens().vocabulary())
            .mapToObj(id -> new Entry(id, tokenizer.bytes(id)))
            .filter(entry -> entry.bytes.length > 0)
            .sorted(Comparator.comparing(Entry::bytes, Arrays::compareUnsigned))
            .toArray(Entry[]::new);
  }

  /** The ids whose bytes a grammar allows next. */
  BitSet allowed(Grammar grammar, Grammar.State state) {
    BitSet allowed = new BitSet();
    collect(grammar, state, 0, entries.length, 0, allowed);
    return allowed;
  }

  /** Among entries first to end - 1, whose first bytes, as many as depth, led to the state. */
  private void collect(
      Grammar grammar, Grammar.State state, int first, int end, int depth, BitSet allowed) {
    int at = first;
    while (at < end && entries[at].bytes.length == depth) {
      allowed.set(entries[at++].id);
    }
    while (at < end) {
      byte read = entries[at].bytes[depth];
      int same = at + 1;
      while (same < end && entries[same].bytes[depth] == read) {
        same++;
      }
      Grammar.State next = grammar.next(state, read & 0xff);
      if (!next.isDead()) {
        collect(grammar, next, at, same, depth + 1, allowed);
      }
      at = same;
    }
  }
}
