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
 */
final class RarOrder {
  /** Inputs before the token of the first slot. */
  private static final int PREFIX = 2;

  /** Slots that were settled when last looked at, in the order in which they were. */
  private final Set<Integer> settled;

  /** Slots that the inputs were told. */
  private List<Integer> told;

  /** Inputs, from 0 on, that are what they were when they were taken in. */
  private int taken;

  private RarOrder(Collection<Integer> settled, List<Integer> told, int taken) {
    this.settled = new LinkedHashSet<>(settled);
    this.told = told;
    this.taken = taken;
  }

  /** Orders in which nothing is settled yet, one for each sample. */
  static List<RarOrder> of(int samples) {
    return Stream.generate(() -> new RarOrder(List.of(), List.of(), 0)).limit(samples).toList();
  }

  /** An independent order that goes on from here. */
  RarOrder copy() {
    return new RarOrder(settled, told, taken);
  }

  /**
   * Turns to a step: what is settled by now comes first, then the slots to predict. Slots that the
   * step asks for though they are settled are passed over.
   */
  void turnTo(Step step, Canvas canvas, int sample) {
    Stream.concat(told.stream(), IntStream.range(0, canvas.layout().slots()).boxed())
        .filter(slot -> canvas.isSettled(sample, slot))
        .forEach(settled::add);
    List<Integer> next = new ArrayList<>(settled);
    IntStream.of(step.slots().of(sample))
        .filter(slot -> !canvas.isSettled(sample, slot))
        .forEach(next::add);
    for (int k = settled.size(); k + 1 < next.size(); k++) {
      PartException.require(
          canvas.level(sample, next.get(k)) > 0,
          RarFactory.ID,
          "step",
          "slots before the last one to be settled or proposed",
          "slot " + next.get(k) + " unknown");
    }
    int same = 0;
    while (same < Math.min(told.size(), next.size()) && told.get(same).equals(next.get(same))) {
      same++;
    }
    taken = Math.min(taken, 1 + same);
    told = next;
  }

  /** Inputs in all. */
  int inputs() {
    return 1 + told.size();
  }

  /** The first input that a step has to compute. */
  int firstNew() {
    return Math.min(taken, Math.min(PREFIX - 1 + settled.size(), inputs() - 1));
  }

  /** The input that predicts a slot; the last one where the slot is settled already. */
  int predicting(int slot) {
    int place = told.subList(settled.size(), told.size()).indexOf(slot);
    return place < 0 ? inputs() - 1 : PREFIX - 1 + settled.size() + place;
  }

  /** The slot whose token an input holds; -1 where it holds none. */
  int held(int input) {
    return input < PREFIX || input >= inputs() ? -1 : told.get(input - PREFIX);
  }

  /** The slot that an input is told; -1 where it is told none. */
  int told(int input) {
    return input < PREFIX - 1 || input >= inputs() ? -1 : told.get(input - PREFIX + 1);
  }

  /** The inputs were computed. Those that hold proposed tokens are not kept. */
  void computed() {
    taken = Math.min(inputs(), PREFIX + settled.size());
  }

  /** A slot is no longer settled. */
  void withdraw(int slot) {
    settled.remove(slot);
    int place = told.indexOf(slot);
    if (place >= 0) {
      taken = Math.min(taken, PREFIX + place);
    }
  }
}
