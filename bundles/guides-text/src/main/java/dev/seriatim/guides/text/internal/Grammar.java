package dev.seriatim.guides.text.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A context-free grammar over bytes, without left recursion, and a recogniser for it: the stacks of
 * what is still to come, all that are possible at once.
 */
final class Grammar {
  /** What a rule is made of. */
  sealed interface Symbol {}

  /**
   * One byte.
   *
   * @param set which, from 0 to 255
   */
  record Bytes(BitSet set) implements Symbol {}

  /**
   * What another rule derives.
   *
   * @param rule its number
   */
  record Call(int rule) implements Symbol {}

  /**
   * What is still to come: symbols of a sequence from one on, then what was below.
   *
   * @param below null for nothing
   */
  private record Stack(List<Symbol> sequence, int from, Stack below) {
    Symbol top() {
      return sequence.get(from);
    }

    /** Without the top. */
    Stack popped() {
      return from + 1 < sequence.size() ? new Stack(sequence, from + 1, below) : below;
    }

    // Sequences are compared as objects: a grammar has one of each.
    @Override
    public boolean equals(Object other) {
      return other instanceof Stack s
          && sequence == s.sequence
          && from == s.from
          && (below == null ? s.below == null : below.equals(s.below));
    }

    @Override
    public int hashCode() {
      return (System.identityHashCode(sequence) * 31 + from) * 31
          + (below == null ? 0 : below.hashCode());
    }
  }

  /**
   * What bytes that were read leave open.
   *
   * @param stacks each begins with a byte
   * @param complete whether nothing more need come
   */
  record State(Set<Stack> stacks, boolean complete) {
    /** Whether the bytes are the beginning of nothing. */
    boolean isDead() {
      return stacks.isEmpty() && !complete;
    }
  }

  private final List<List<List<Symbol>>> rules = new ArrayList<>();

  /** A new rule, to be given its alternatives by {@link #define}. */
  int declare() {
    rules.add(null);
    return rules.size() - 1;
  }

  /** Gives a rule its alternatives; an empty sequence derives nothing. */
  void define(int rule, List<List<Symbol>> alternatives) {
    rules.set(rule, alternatives.stream().map(List::copyOf).toList());
  }

  /** The state before the first byte of what a rule derives. */
  State start(int rule) {
    return open(List.of(new Stack(List.of(new Call(rule)), 0, null)), false);
  }

  /** One byte more. */
  State next(State state, int read) {
    List<Stack> after = new ArrayList<>();
    boolean complete = false;
    for (Stack stack : state.stacks) {
      if (((Bytes) stack.top()).set.get(read)) {
        Stack popped = stack.popped();
        complete |= popped == null;
        if (popped != null) {
          after.add(popped);
        }
      }
    }
    return open(after, complete);
  }

  /** Replaces rules on top by what they derive, until every stack begins with a byte. */
  private State open(List<Stack> stacks, boolean complete) {
    Set<Stack> opened = new HashSet<>();
    Set<Stack> seen = new HashSet<>(stacks);
    List<Stack> todo = new ArrayList<>(stacks);
    boolean done = complete;
    while (!todo.isEmpty()) {
      Stack stack = todo.remove(todo.size() - 1);
      if (stack.top() instanceof Bytes) {
        opened.add(stack);
        continue;
      }
      for (List<Symbol> sequence : rules.get(((Call) stack.top()).rule)) {
        // The exhausted frame is not kept below, so that repetitions do not make stacks grow.
        Stack next = sequence.isEmpty() ? stack.popped() : new Stack(sequence, 0, stack.popped());
        if (next == null) {
          done = true;
        } else if (seen.add(next)) {
          todo.add(next);
        }
      }
    }
    return new State(opened, done);
  }
}
