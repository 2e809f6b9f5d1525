package dev.seriatim.guides.text.internal;

import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.TextTokenizer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Allows the ids that keep to a grammar, and the end once a document is complete. */
final class GrammarMachine implements PrefixMachine<Grammar.State> {
  private final String part;
  private final Grammar grammar;
  private final int start;
  private final TextTokenizer tokenizer;
  private final SortedVocabulary vocabulary;
  private final BitSet ends = new BitSet();

  /** States come back often: within strings and between items. */
  private final Map<Grammar.State, BitSet> known = new HashMap<>();

  GrammarMachine(
      String part, JsonGrammar json, TextTokenizer tokenizer, SortedVocabulary vocabulary) {
    this.part = part;
    this.grammar = json.grammar();
    this.start = json.start();
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    tokenizer.ends().forEach(end -> ends.set(Math.toIntExact(end)));
  }

  @Override
  public Grammar.State start() {
    return grammar.start(start);
  }

  @Override
  public Grammar.State next(Grammar.State state, long id) {
    if (ends.get(Math.toIntExact(id))) {
      return state;
    }
    Grammar.State next = state;
    for (byte each : tokenizer.bytes(id)) {
      next = grammar.next(next, each & 0xff);
    }
    return next;
  }

  @Override
  public BitSet allowed(Grammar.State state) {
    // After a guess that the grammar does not allow, anything: the guess will be rejected.
    return state.isDead() ? null : known.computeIfAbsent(state, this::follow);
  }

  private BitSet follow(Grammar.State state) {
    BitSet allowed = vocabulary.allowed(grammar, state);
    if (state.complete()) {
      allowed.or(ends);
    }
    if (allowed.isEmpty()) {
      throw PartException.of(part, "vocabulary", "a token that goes on with the document", "none");
    }
    return allowed;
  }
}
