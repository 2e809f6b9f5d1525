package dev.seriatim.guides.text.internal;

import dev.seriatim.guides.text.internal.Grammar.Bytes;
import dev.seriatim.guides.text.internal.Grammar.Call;
import dev.seriatim.guides.text.internal.Grammar.Symbol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Puts a {@link Grammar} together from smaller pieces. */
final class GrammarBuilder {
  private final Grammar grammar = new Grammar();
  private final Symbol nothing = rule(List.of(List.of()));

  Grammar grammar() {
    return grammar;
  }

  /** A rule with these alternatives. */
  private Symbol rule(List<List<Symbol>> alternatives) {
    int rule = grammar.declare();
    grammar.define(rule, alternatives);
    return new Call(rule);
  }

  /** A rule that is used before it is defined. */
  Call declare() {
    return new Call(grammar.declare());
  }

  void define(Call rule, Symbol is) {
    grammar.define(rule.rule(), List.of(List.of(is)));
  }

  Symbol nothing() {
    return nothing;
  }

  /** A text as it is, in UTF-8. */
  Symbol literal(String text) {
    List<Symbol> bytes = new ArrayList<>();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(range(each & 0xff, each & 0xff));
    }
    return rule(List.of(bytes));
  }

  /** A byte from first to last. */
  Symbol range(int first, int last) {
    BitSet set = new BitSet();
    set.set(first, last + 1);
    return new Bytes(set);
  }

  /** One of the characters, which are ASCII. */
  Symbol oneOf(String characters) {
    BitSet set = new BitSet();
    characters.chars().forEach(set::set);
    return new Bytes(set);
  }

  Symbol sequence(Symbol... symbols) {
    return rule(List.of(Arrays.asList(symbols)));
  }

  Symbol choice(List<Symbol> symbols) {
    return rule(symbols.stream().map(List::of).toList());
  }

  Symbol choice(Symbol... symbols) {
    return choice(Arrays.asList(symbols));
  }

  Symbol optional(Symbol symbol) {
    return choice(nothing, symbol);
  }

  /** Any number of times. */
  Symbol many(Symbol symbol) {
    Call again = declare();
    grammar.define(again.rule(), List.of(List.of(), List.of(symbol, again)));
    return again;
  }

  /**
   * At least and at most so many times.
   *
   * @param most -1 for any number
   */
  Symbol repeated(Symbol symbol, int least, int most) {
    Symbol rest = most < 0 ? many(symbol) : nothing;
    for (int i = 0; i < most - least; i++) {
      rest = optional(sequence(symbol, rest));
    }
    for (int i = 0; i < least; i++) {
      rest = sequence(symbol, rest);
    }
    return rest;
  }
}
