package dev.seriatim.backbone.rar.internal;

import dev.seriatim.api.canvas.Canvas;
import dev.seriatim.api.part.PartException;
import dev.seriatim.api.part.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The order in which the slots of one sample are inputs. Input 0 stands for nothing, input 1 for
 * the condition; input 1 + k is told the k-th slot, input 2 + k holds its token.
 *
 * <p>The slots that a step predicts follow those that are settled: one after the other where their
 * tokens are proposed, so that each is predicted given those before it. Where they are unknown,
 * each is predicted for itself: the last input before them is repeated, and told each of them.
 */
final class RarOrder {
  /** Inputs before the token of the first slot. */
  private static final int PREFIX = 2;

  /** Slots that were settled when last looked at, in the order in which they were. */
  private final Set<Integer> settled;

  /** Slots that the inputs were told, and the tokens that those after them held. */
  private List<Integer> told;

  private List<Long> tokens;

  /** Whether the slots that are not settled are predicted each for itself. */
  private boolean apart;

  /** Inputs, from 0 on, that are what they were when they were taken in. */
  private int taken;

  private RarOrder(Collection<Integer> settled, List<Integer> told, List<Long> tokens, int taken) {
    this.settled = new LinkedHashSet<>(settled);
    this.told = told;
    this.tokens = tokens;
    this.taken = taken;
  }

  /** Orders in which nothing is settled yet, one for each sample. */
  static List<RarOrder> of(int samples) {
    return Stream.generate(() -> new RarOrder(List.of(), List.of(), List.of(), 0))
        .limit(samples)
        .toList();
  }

  /** An independent order that goes on from here. */
  RarOrder copy() {
    return new RarOrder(settled, told, tokens, taken);
  }

  /**
   * Turns to a step: what is settled by now comes first, then the slots to predict. Slots that the
   * step asks for though they are settled are passed over.
   */
  void turnTo(Step step, Canvas canvas, int sample) {
    settled.removeIf(slot -> !canvas.isSettled(sample, slot));
    Stream.concat(told.stream(), IntStream.range(0, canvas.layout().slots()).boxed())
        .filter(slot -> canvas.isSettled(sample, slot))
        .forEach(settled::add);
    int[] predicted =
        IntStream.of(step.slots().of(sample))
            .filter(slot -> !canvas.isSettled(sample, slot))
            .toArray();
    apart = predicted.length > 1 && canvas.level(sample, predicted[0]) <= 0;
    for (int i = 0; i + 1 < predicted.length; i++) {
      PartException.require(
          apart == canvas.level(sample, predicted[i]) <= 0,
          RarFactory.ID,
          "step",
          "slots that are all unknown, or before the last one settled or proposed",
          "slot " + predicted[i] + (apart ? " proposed" : " unknown"));
    }
    List<Integer> next = new ArrayList<>(settled);
    IntStream.of(predicted).forEach(next::add);
    List<Long> held = next.stream().map(slot -> canvas.id(sample, slot, 0)).toList();
    int same = 0;
    while (1 + same < taken && same < next.size() && told.get(same).equals(next.get(same))) {
      same++;
      if (!tokens.get(same - 1).equals(held.get(same - 1))) {
        break; // the input after it held another token
      }
    }
    taken = Math.min(taken, 1 + same);
    told = next;
    tokens = held;
  }

  /** Inputs in all. */
  int inputs() {
    return 1 + told.size();
  }

  /** The first input that a step has to compute. */
  int firstNew() {
    return Math.min(taken, Math.min(last(), inputs() - 1));
  }

  /** The input that predicts a slot; the last one where the slot is settled already. */
  int predicting(int slot) {
    int place = told.subList(settled.size(), told.size()).indexOf(slot);
    return place < 0 ? inputs() - 1 : last() + place;
  }

  /** The slot whose token an input holds; -1 where it holds none. */
  int held(int input) {
    int real = time(input);
    return real < PREFIX || input >= inputs() ? -1 : told.get(real - PREFIX);
  }

  /** The slot that an input is told; -1 where it is told none. */
  int told(int input) {
    return input < PREFIX - 1 || input >= inputs() ? -1 : told.get(input - PREFIX + 1);
  }

  /** The time of an input: its number, unless it repeats another. */
  int time(int input) {
    return apart ? Math.min(input, last()) : input;
  }

  /** How many inputs, from 0 on, an input sees beside itself. */
  int seen(int input) {
    return time(input);
  }

  /** The last input that holds what is settled. */
  private int last() {
    return PREFIX - 1 + settled.size();
  }

  /** The inputs were computed. Of those that are repeated, the first is what will be needed. */
  void computed() {
    taken = apart ? last() + 1 : inputs();
  }
}
