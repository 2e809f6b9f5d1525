package dev.seriatim.backbone.mamba.internal;

import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Copies of a recurrent state as it was a while ago, from which samples go on when tokens are
 * withdrawn. There are few: each is as large as the state. Engine thread.
 */
final class Snapshots implements AutoCloseable {
  private static final int MOST = 4;

  /** Tokens that some sample has taken in between two of them, at least. */
  private static final int SPACING = 16;

  /** A number of tokens that a sample never rewinds to. */
  private static final int INVALID = Integer.MAX_VALUE;

  private final RecurrentState state;

  /** The newest first. */
  private final Deque<RecurrentState> kept = new ArrayDeque<>();

  /**
   * @param state that is copied, and brought back
   */
  Snapshots(RecurrentState state) {
    this.state = state;
  }

  /** Keeps a copy, if enough has been taken in since the last one. */
  void keep() {
    int before = kept.isEmpty() ? 0 : most(kept.getFirst());
    if (most(state) < before + SPACING) {
      return;
    }
    NDManager owner = state.ssm().getManager();
    kept.addFirst(state.copy(owner));
    if (kept.size() > MOST) {
      kept.removeLast().close();
    }
  }

  private static int most(RecurrentState state) {
    return Arrays.stream(state.taken()).filter(taken -> taken != INVALID).max().orElse(0);
  }

  /** Brings a sample back to at most so many tokens. */
  void rewind(int sample, int tokens) {
    for (RecurrentState copy : kept) {
      if (copy.taken()[sample] <= tokens) {
        state.restore(sample, copy);
        return;
      }
    }
    state.restart(sample);
  }

  /** Brings a sample back to before a token that is no longer what it was. */
  void forget(int sample, int token) {
    for (RecurrentState copy : kept) {
      if (copy.taken()[sample] > token) {
        copy.taken()[sample] = INVALID;
      }
    }
    if (state.taken()[sample] > token) {
      rewind(sample, token);
    }
  }

  @Override
  public void close() {
    kept.forEach(RecurrentState::close);
    kept.clear();
  }
}
